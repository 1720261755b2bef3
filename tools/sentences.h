/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lists of sentences.
 */
#ifndef NUMATRACE_SENTENCES_H
#define NUMATRACE_SENTENCES_H

#include <stddef.h>
#include <stdio.h>

struct json_object;

/**
 * struct sentences - sentences, in their order
 * @count: number of sentences
 * @text: the sentences
 */
struct sentences {
	size_t count;
	char **text;
};

/*
 * Append a text, which it takes over, on one line, as printable() makes it. NULL:
 * memory is short. 0 or -ENOMEM.
 */
int sentences_take(struct sentences *sentences, char *text);

/* Append one as printf(3) writes it. 0 or -ENOMEM. */
#define sentences_add(sentences, ...)                                          \
	({                                                                     \
		char *_text;                                                   \
		int _length = asprintf(&_text, __VA_ARGS__);                   \
		sentences_take(sentences, _length < 0 ? NULL : _text);         \
	})

/* As an array of strings; NULL when memory is short. */
struct json_object *sentences_json(const struct sentences *sentences);

void sentences_free(struct sentences *sentences);

#endif
