// SPDX-License-Identifier: GPL-2.0
#include "printable.h"

#include <errno.h>
#include <langinfo.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wctype.h>

/* Bytes of the longest character. */
#define LONGEST 4

/* As many characters as a byte can become: \xHH, in JSON \\xHH or \u00HH. */
#define GROWTH 6

/* Bytes of a character that begins with this one; 0: none does. */
static size_t length_of(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first < 0xc2 || first > 0xf4)
		return 0;
	return 2 + (first >= 0xe0) + (first >= 0xf0);
}

static bool continues(unsigned char byte)
{
	return (byte & 0xc0) == 0x80;
}

/* Bytes of the UTF-8 character that @text begins with, or 0. */
static size_t decode(const char *text, size_t size, uint32_t *character)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t length = size ? length_of(*text) : 0;
	uint32_t value;

	if (!length || length > size)
		return 0;
	value = (unsigned char)*text & (length > 1 ? 0x7f >> length : 0x7f);
	for (size_t i = 1; i < length; i++) {
		if (!continues(text[i]))
			return 0;
		value = value << 6 | (text[i] & 0x3f);
	}
	*character = value;
	/* Neither overlong, nor a surrogate, nor beyond the last one. */
	return value < least[length] || (value >= 0xd800 && value < 0xe000) ||
			       value > 0x10ffff
		       ? 0
		       : length;
}

/* U+2028 to U+202E: of lines, paragraphs, and directions. */
static bool is_obeyed(uint32_t character)
{
	return character < 0x20 || (character >= 0x7f && character < 0xa0) ||
	       character == 0x61c || character == 0x200e ||
	       character == 0x200f ||
	       (character >= 0x2028 && character <= 0x202e) ||
	       (character >= 0x2066 && character <= 0x2069);
}

static bool shows_utf8(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

/**
 * struct way - how characters are escaped
 * @breaks: line breaks are our own
 * @json: within a JSON document
 * @valid: valid UTF-8 is not escaped at all
 * @utf8: the locale has more than ASCII
 */
struct way {
	bool breaks;
	bool json;
	bool valid;
	bool utf8;
};

static bool stays(uint32_t character, const struct way *way)
{
	if (way->valid || (character == '\n' && way->breaks))
		return true;
	if (is_obeyed(character))
		return false;
	return character < 0x80 || (way->utf8 && iswprint((wint_t)character));
}

/* As JSON has it, where a character beyond 16 bits is two of them. */
static int put_json(char *to, uint32_t character)
{
	uint32_t beyond = character - 0x10000;

	if (character < 0x10000)
		return sprintf(to, "\\u%04x", character);
	return sprintf(to, "\\u%04x\\u%04x", 0xd800 | beyond >> 10,
		       0xdc00 | (beyond & 0x3ff));
}

/* Returns the end of what was written. */
static char *put(char *to, const char *text, size_t size, const struct way *way)
{
	uint32_t character = 0;

	while (size) {
		size_t length = decode(text, size, &character), bytes;

		bytes = length ? length : 1;
		if (length && stays(character, way))
			to = mempcpy(to, text, length);
		else if (length && way->json)
			to += put_json(to, character);
		else
			for (size_t i = 0; i < bytes; i++)
				to += sprintf(to, "%s\\x%02x",
					      way->json ? "\\" : "",
					      (unsigned char)text[i]);
		text += bytes;
		size -= bytes;
	}
	return to;
}

static char *escape(const char *text, const struct way *way)
{
	size_t size = text ? strlen(text) : 0;
	char *copy = text ? malloc(size * GROWTH + 1) : NULL;

	if (copy)
		*put(copy, text, size, way) = '\0';
	return copy;
}

char *printable(const char *text)
{
	return escape(text, &(struct way){ .utf8 = shows_utf8() });
}

char *printable_utf8(const char *text)
{
	return escape(text, &(struct way){ .valid = true });
}

/*
 * Its own layout has line breaks; all others are escaped in it. Nothing is left
 * that a stream of printable_streams() would escape in another way.
 */
int printable_json(const char *json, FILE *file)
{
	char *text = escape(json, &(struct way){
					  .breaks = true,
					  .json = true,
					  .utf8 = shows_utf8(),
				  });
	size_t length;

	if (!text)
		return -ENOMEM;
	length = strlen(text);
	fputs(text, file);
	if (!length || text[length - 1] != '\n')
		fputc('\n', file);
	free(text);
	return 0;
}

/**
 * struct outlet - a stream in front of another one
 * @to: the other one, without a buffer
 * @rest: the beginning of a character that has not come in full
 * @length: bytes of it
 */
struct outlet {
	FILE *to;
	char rest[LONGEST];
	size_t length;
};

/* Bytes at the end of @text with which a character begins only. */
static size_t unfinished(const char *text, size_t size)
{
	for (size_t i = 1; i <= size && i < LONGEST; i++)
		if (!continues(text[size - i]))
			return length_of(text[size - i]) > i ? i : 0;
	return 0;
}

/* All or, as fopencookie(3) wants it where that fails, nothing. */
static ssize_t write_printable(void *cookie, const char *text, size_t size)
{
	const struct way way = { .breaks = true, .utf8 = shows_utf8() };
	struct outlet *outlet = cookie;
	size_t all = outlet->length + size, whole, length = 0;
	char *from = malloc(all * (GROWTH + 1)), *to = from + all;
	bool failed = !from;

	if (failed)
		return 0;
	memcpy(mempcpy(from, outlet->rest, outlet->length), text, size);
	outlet->length = unfinished(from, all);
	whole = all - outlet->length;
	memcpy(outlet->rest, from + whole, outlet->length);
	length = put(to, from, whole, &way) - to;
	failed = fwrite(to, 1, length, outlet->to) != length;
	free(from);
	return failed ? 0 : size;
}

static FILE *open_outlet(struct outlet *outlet, FILE *to, int buffering)
{
	const cookie_io_functions_t functions = { .write = write_printable };
	FILE *file = fopencookie(outlet, "w", functions);

	outlet->to = to;
	setvbuf(to, NULL, _IONBF, 0);
	if (file)
		setvbuf(file, NULL, buffering, BUFSIZ);
	return file;
}

int printable_streams(void)
{
	static struct outlet output, error;
	FILE *file = open_outlet(&output, stdout,
				 isatty(STDOUT_FILENO) ? _IOLBF : _IOFBF);

	if (!file)
		return -ENOMEM;
	stdout = file;
	file = open_outlet(&error, stderr, _IONBF);
	if (!file)
		return -ENOMEM;
	stderr = file;
	return 0;
}
