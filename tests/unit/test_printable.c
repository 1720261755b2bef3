// SPDX-License-Identifier: GPL-2.0
/*
 * What becomes of names that would command a terminal, in text, in JSON and on
 * the way to stdout and stderr.
 */
#include "printable.h"

#include <locale.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>

#include "kselftest_harness.h"

static bool same(const char *expected, char *text)
{
	bool is_same = text && !strcmp(text, expected);

	if (!is_same)
		printf("# %s instead of %s\n", text ? text : "NULL", expected);
	free(text);
	return is_same;
}

static bool becomes(const char *from, const char *expected)
{
	return same(expected, printable(from));
}

FIXTURE(locale){};

FIXTURE_SETUP(locale)
{
	ASSERT_NE(NULL, setlocale(LC_CTYPE, "C.UTF-8"));
}

FIXTURE_TEARDOWN(locale)
{
	setlocale(LC_CTYPE, "C");
}

TEST_F(locale, words_stay)
{
	EXPECT_TRUE(becomes("", ""));
	EXPECT_TRUE(becomes("a \"plain\" name", "a \"plain\" name"));
	EXPECT_TRUE(becomes("caf\u00e9 \u4e2d\u6587 \U0001f427",
			    "caf\u00e9 \u4e2d\u6587 \U0001f427"));
	EXPECT_TRUE(becomes("dev-sda\\x2dpart", "dev-sda\\x2dpart"));
	EXPECT_EQ(NULL, printable(NULL));
}

TEST_F(locale, control_characters)
{
	EXPECT_TRUE(becomes("\033[2J", "\\x1b[2J"));
	EXPECT_TRUE(becomes("a\nb\tc\rd\x01", "a\\x0ab\\x09c\\x0dd\\x01"));
	EXPECT_TRUE(becomes("\x1f \x7f~", "\\x1f \\x7f~"));
	EXPECT_TRUE(becomes("\xc2\x80\xc2\x9f\xc2\xa0",
			    "\\xc2\\x80\\xc2\\x9f\xc2\xa0"));
	EXPECT_TRUE(becomes("\x9b", "\\x9b"));
}

/* Each of them, and those on either side. */
TEST_F(locale, directions)
{
	static const struct {
		const char *text;
		bool stays;
	} characters[] = {
		{ "\u061b", true },  { "\u061c", false }, { "\u061d", true },
		{ "\u200d", true },  { "\u200e", false }, { "\u200f", false },
		{ "\u2010", true },  { "\u2027", true },  { "\u2028", false },
		{ "\u2029", false }, { "\u202a", false }, { "\u202b", false },
		{ "\u202c", false }, { "\u202d", false }, { "\u202e", false },
		{ "\u202f", true },  { "\u2064", true },  { "\u2066", false },
		{ "\u2067", false }, { "\u2068", false }, { "\u2069", false },
		{ "\u206a", true },
	};

	for (size_t i = 0; i < sizeof(characters) / sizeof(*characters); i++) {
		char *text = printable(characters[i].text);

		EXPECT_EQ(characters[i].stays,
			  !strcmp(text, characters[i].text));
		EXPECT_EQ(!characters[i].stays, !strncmp(text, "\\x", 2));
		free(text);
	}
	EXPECT_TRUE(becomes("a\u202eb", "a\\xe2\\x80\\xaeb"));
}

TEST_F(locale, what_is_not_utf8)
{
	EXPECT_TRUE(becomes("\xff", "\\xff"));
	EXPECT_TRUE(becomes("a\x80z", "a\\x80z"));
	/* Overlong, surrogates, beyond the last one. */
	EXPECT_TRUE(becomes("\xc0\xaf", "\\xc0\\xaf"));
	EXPECT_TRUE(becomes("\xe0\x82\x9b", "\\xe0\\x82\\x9b"));
	EXPECT_TRUE(becomes("\xf0\x80\x82\x9b", "\\xf0\\x80\\x82\\x9b"));
	EXPECT_TRUE(becomes("\xed\xa0\x80", "\\xed\\xa0\\x80"));
	EXPECT_TRUE(becomes("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"));
	EXPECT_TRUE(becomes("\xf5\x80\x80\x80", "\\xf5\\x80\\x80\\x80"));
	/* Cut, at the end and before another one. */
	EXPECT_TRUE(becomes("\xc3", "\\xc3"));
	EXPECT_TRUE(becomes("\xe2\x82", "\\xe2\\x82"));
	EXPECT_TRUE(becomes("\xf0\x9f\x90", "\\xf0\\x9f\\x90"));
	EXPECT_TRUE(becomes("\xe2\x82\033", "\\xe2\\x82\\x1b"));
	EXPECT_TRUE(becomes("\xe2\xc3\xa9", "\\xe2\xc3\xa9"));
}

/* Such a terminal takes the second byte of this letter for a C1 control. */
TEST(locale_without_utf8)
{
	EXPECT_TRUE(becomes("\u015b", "\\xc5\\x9b"));
	EXPECT_TRUE(becomes("plain\033", "plain\\x1b"));
}

TEST(utf8_only)
{
	EXPECT_TRUE(same("\033\n\xc2\x9b\u202e\u00e9\\xff",
			 printable_utf8("\033\n\xc2\x9b\u202e\u00e9\xff")));
}

/* What was written to a file, to be freed. */
static char *written(FILE *file)
{
	char text[256];
	size_t length;

	fflush(file);
	rewind(file);
	length = fread(text, 1, sizeof(text) - 1, file);
	text[length] = '\0';
	fclose(file);
	return strdup(text);
}

static const char hostile[] = "\033[2J\n\t\x7f\xc2\x9b\u202e\u00e9\\x";

TEST_F(locale, json_has_the_same_text)
{
	struct json_object *json = json_object_new_string(hostile), *parsed;
	FILE *file = tmpfile();
	char *text;

	ASSERT_EQ(0, printable_json(json_object_to_json_string(json), file));
	text = written(file);
	EXPECT_STREQ("\"\\u001b[2J\\n\\t\\u007f\\u009b\\u202e\u00e9\\\\x\"\n",
		     text);
	parsed = json_tokener_parse(text);
	EXPECT_STREQ(hostile, json_object_get_string(parsed));
	json_object_put(parsed);
	json_object_put(json);
	free(text);
}

TEST(json_is_utf8_and_has_its_lines)
{
	FILE *file = tmpfile();

	ASSERT_EQ(0, printable_json("{\n  \"a\": \"\xff\x9b\"\n}", file));
	ASSERT_EQ(0, printable_json("{}\n", file));
	EXPECT_TRUE(
		same("{\n  \"a\": \"\\\\xff\\\\x9b\"\n}\n{}\n", written(file)));
}

/* Characters come in parts, and with line breaks; a test has its own process. */
TEST_F(locale, streams)
{
	FILE *output = tmpfile(), *error = tmpfile();
	int before[] = { dup(STDOUT_FILENO), dup(STDERR_FILENO) };

	dup2(fileno(output), STDOUT_FILENO);
	dup2(fileno(error), STDERR_FILENO);
	ASSERT_EQ(0, printable_streams());
	printf("caf\xc3");
	fflush(stdout);
	printf("\xa9\n\033[2J\u202e\xe2");
	fflush(stdout);
	printf("\nend%c\n", 0);
	fflush(stdout);
	for (const char *text = "\u4e2d\xc2\x9b\n"; *text; text++)
		fputc(*text, stderr);
	dup2(before[0], STDOUT_FILENO);
	dup2(before[1], STDERR_FILENO);
	EXPECT_FALSE(ferror(stdout));
	EXPECT_TRUE(same("caf\u00e9\n\\x1b[2J\\xe2\\x80\\xae\\xe2\nend\\x00\n",
			 written(output)));
	EXPECT_TRUE(same("\u4e2d\\xc2\\x9b\n", written(error)));
}

/*
 * What the locale does not know is escaped as JSON has it, lest the stream do it
 * in its own way: letters in C, what is assigned to none, and what takes two.
 */
static char *through_streams(const char *text)
{
	struct json_object *json = json_object_new_string(text), *parsed;
	int before = dup(STDOUT_FILENO);
	FILE *output = tmpfile();
	char *document, *copy = NULL;

	dup2(fileno(output), STDOUT_FILENO);
	if (!printable_streams())
		printable_json(json_object_to_json_string(json), stdout);
	fflush(stdout);
	dup2(before, STDOUT_FILENO);
	document = written(output);
	parsed = json_tokener_parse(document);
	if (parsed)
		copy = strdup(json_object_get_string(parsed));
	json_object_put(parsed);
	json_object_put(json);
	free(document);
	return copy;
}

static const char unusual[] = "caf\u00e9 \u0378 \uffff \U0001fae8 \U0010ffff";

TEST_F(locale, json_passes_the_stream)
{
	EXPECT_TRUE(same(unusual, through_streams(unusual)));
}

TEST(json_passes_the_stream_without_utf8)
{
	EXPECT_TRUE(same(unusual, through_streams(unusual)));
}

TEST(a_full_disk_is_an_error)
{
	FILE *full = fopen("/dev/full", "w");
	int before = dup(STDOUT_FILENO), failed;

	dup2(fileno(full), STDOUT_FILENO);
	ASSERT_EQ(0, printable_streams());
	printf("text");
	failed = fflush(stdout);
	dup2(before, STDOUT_FILENO);
	EXPECT_NE(0, failed);
	EXPECT_TRUE(ferror(stdout));
	fclose(full);
}

TEST_HARNESS_MAIN
