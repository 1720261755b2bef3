/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files that administrators write: rules, settings, profiles. All are read line
 * by line, and what is wrong in them is told by file and line.
 */
#ifndef NUMATRACE_CONF_H
#define NUMATRACE_CONF_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct conf_errors - what is wrong in files
 * @count: number of @error
 * @error: "FILE:LINE: " and a sentence without a full stop
 */
struct conf_errors {
	size_t count;
	char **error;
};

/* Add an error; @line 0: about the whole file. 0 or -ENOMEM. */
int conf_add_error(struct conf_errors *errors, const char *file,
		   unsigned int line, const char *why);

/* Add those of another. 0 or -ENOMEM. */
int conf_copy_errors(struct conf_errors *errors,
		     const struct conf_errors *more);

/* On stderr, as editors take them: lines that begin with the place. */
void conf_print_errors(const struct conf_errors *errors);

void conf_free_errors(struct conf_errors *errors);

/* -EINVAL, with the sentence in @why, or NULL there when memory is short. */
__attribute__((format(printf, 2, 3))) int conf_refuse(char **why,
						      const char *format, ...);

/* 0, or refuses a line that has control characters. */
int conf_check_text(const char *line, char **why);

/*
 * All of a file in @text, to be freed; NULL there if it is empty. 0, -ENOMEM,
 * -EINVAL where it is no text, or what fopen() failed with.
 */
int conf_read(const char *path, char **text);

/*
 * Hands out one line after the other, which may be changed, numbered from 1.
 * 0, -ENOMEM, or what @take failed with, which ends it.
 */
int conf_each_line(const char *text,
		   int (*take)(char *line, unsigned int number, void *context),
		   void *context);

/*
 * Hands out the paths of the files *.conf of a folder, by name. 0, -ENOMEM, a
 * negative errno where the folder cannot be read, or what @take failed with.
 */
int conf_each_file(const char *folder,
		   int (*take)(const char *path, void *context), void *context);

/*
 * Whether @text, of @length bytes, is @name: the interface has hyphens where we
 * have underscores; either will do.
 */
bool conf_same_name(const char *name, const char *text, size_t length);

/**
 * struct conf_pair - a line "name = value"
 * @name: where the name begins
 * @name_length: 0: a line without a name, such as a comment
 * @value: where the value begins; NULL: there is no "="
 * @value_length: 0: none
 */
struct conf_pair {
	const char *name;
	size_t name_length;
	const char *value;
	size_t value_length;
};

struct conf_pair conf_split(const char *line);

/*
 * The same as texts of their own, to be freed, or both NULL where the line has
 * none. 0, -ENOMEM, or refuses what is no such line.
 */
int conf_take_pair(const char *line, char **name, char **value, char **why);

#endif
