// SPDX-License-Identifier: GPL-2.0
/*
 * The choice of columns, texts of values, and what libsmartcols makes of them.
 */
#include "output.h"

#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "kselftest_harness.h"

/* Objects are numbers; an odd one has no size. */
static char *show_count(const struct output_style *style, const void *object,
			int field)
{
	return output_count(*(const unsigned int *)object);
}

static char *show_size(const struct output_style *style, const void *object,
		       int field)
{
	unsigned int value = *(const unsigned int *)object;

	return value % 2 ? NULL : output_size(style, value);
}

static char *show_name(const struct output_style *style, const void *object,
		       int field)
{
	return strdup(*(const unsigned int *)object ? "a \"b\"" : "");
}

static const struct output_column columns[] = {
	{
		.name = "NUMBER",
		.key = "number",
		.number = true,
		.help = "the number",
		.value = show_count,
	},
	{
		.name = "BYTE-SIZE",
		.key = "byte_size",
		.number = true,
		.help = "its size",
		.value = show_size,
	},
	{
		.name = "NAME",
		.key = "name",
		.hidden = true,
		.help = "its name",
		.value = show_name,
	},
	{ 0 },
};

static const struct output_object object = {
	.name = "things",
	.columns = columns,
};

static const unsigned int things[] = { 0, 3, 2048 };

/* What a terminal would obey, and a byte that is not UTF-8. */
#define HOSTILE                                                                \
	"a\033[2J\n\x07\xff\xc2\x9b\xe2\x80\xae"                               \
	"z"

/* The same on a terminal. */
#define SHOWN "a\\x1b[2J\\x0a\\x07\\xff\\xc2\\x9b\\xe2\\x80\\xaez"

static char *show_hostile(const struct output_style *style, const void *thing,
			  int field)
{
	return strdup(HOSTILE);
}

static const struct output_column hostile_columns[] = {
	{
		.name = "NAME",
		.key = "name",
		.tree = true,
		.help = "its name",
		.value = show_hostile,
	},
	{
		.name = "NUMBER",
		.key = "number",
		.number = true,
		.help = "what comes behind it",
		.value = show_count,
	},
	{ 0 },
};

static const struct output_object hostile_object = {
	.name = "things",
	.columns = hostile_columns,
};

/* Standard output of one list, to be freed. */
static char *printed_object(const struct output_object *kind,
			    const struct output_style *style, const char *list)
{
	char text[4096] = "", *unknown;
	struct output_choice choice;
	FILE *file = tmpfile();
	int saved = dup(STDOUT_FILENO);

	output_choose(kind, list, false, &choice, &unknown);
	fflush(stdout);
	dup2(fileno(file), STDOUT_FILENO);
	output_list(kind, &choice, style, things, 3, sizeof(*things));
	fflush(stdout);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	rewind(file);
	if (fread(text, 1, sizeof(text) - 1, file) == 0)
		text[0] = '\0';
	fclose(file);
	output_free_choice(&choice);
	return strdup(text);
}

static char *printed(const struct output_style *style, const char *list)
{
	return printed_object(&object, style, list);
}

FIXTURE(choice)
{
	struct output_choice choice;
	char *unknown;
};

FIXTURE_SETUP(choice)
{
	memset(self, 0, sizeof(*self));
}

FIXTURE_TEARDOWN(choice)
{
	output_free_choice(&self->choice);
	free(self->unknown);
}

TEST_F(choice, default_columns)
{
	ASSERT_EQ(0, output_choose(&object, NULL, false, &self->choice,
				   &self->unknown));
	ASSERT_EQ(2, self->choice.count);
	EXPECT_EQ(&columns[0], self->choice.column[0]);
	EXPECT_EQ(&columns[1], self->choice.column[1]);
}

TEST_F(choice, all_columns)
{
	ASSERT_EQ(0, output_choose(&object, NULL, true, &self->choice,
				   &self->unknown));
	EXPECT_EQ(3, self->choice.count);
}

TEST_F(choice, named_columns_in_their_order)
{
	ASSERT_EQ(0, output_choose(&object, "name,Number,NAME", false,
				   &self->choice, &self->unknown));
	ASSERT_EQ(3, self->choice.count);
	EXPECT_EQ(&columns[2], self->choice.column[0]);
	EXPECT_EQ(&columns[0], self->choice.column[1]);
	EXPECT_EQ(&columns[2], self->choice.column[2]);
}

TEST_F(choice, added_columns)
{
	ASSERT_EQ(0, output_choose(&object, "+NAME", false, &self->choice,
				   &self->unknown));
	ASSERT_EQ(3, self->choice.count);
	EXPECT_EQ(&columns[2], self->choice.column[2]);
}

TEST_F(choice, unknown_column_is_named)
{
	ASSERT_EQ(-EINVAL, output_choose(&object, "NUMBER,foo", false,
					 &self->choice, &self->unknown));
	EXPECT_STREQ("foo", self->unknown);
}

TEST_F(choice, empty_names_are_unknown)
{
	EXPECT_EQ(-EINVAL, output_choose(&object, "", false, &self->choice,
					 &self->unknown));
	free(self->unknown);
	EXPECT_EQ(-EINVAL, output_choose(&object, "NUMBER,,NAME", false,
					 &self->choice, &self->unknown));
	EXPECT_STREQ("", self->unknown);
}

static bool size_is(uint64_t bytes, const char *expected)
{
	struct output_style style = { .format = OUTPUT_TABLE };
	char *text = output_size(&style, bytes);
	bool same = !strcmp(text, expected);

	if (!same)
		printf("# %s instead of %s\n", text, expected);
	free(text);
	return same;
}

TEST(sizes)
{
	EXPECT_TRUE(size_is(0, "0B"));
	EXPECT_TRUE(size_is(1023, "1023B"));
	EXPECT_TRUE(size_is(1024, "1K"));
	EXPECT_TRUE(size_is(1536, "1.5K"));
	EXPECT_TRUE(size_is(1048575, "1.0M"));
	EXPECT_TRUE(size_is(5ULL << 30, "5G"));
	EXPECT_TRUE(size_is(UINT64_MAX, "16E"));
}

TEST(ratios)
{
	struct output_style table = { .format = OUTPUT_TABLE };
	struct output_style json = { .format = OUTPUT_JSON };
	char *percent = output_ratio(&table, 0.7234);
	char *number = output_ratio(&json, 0.7234);

	EXPECT_STREQ("72.3%", percent);
	EXPECT_STREQ("0.7234", number);
	free(percent);
	free(number);
}

TEST(raw_has_a_word_for_each_cell)
{
	struct output_style style = { .format = OUTPUT_RAW };
	char *text = printed(&style, "NUMBER,BYTE-SIZE,NAME");

	EXPECT_STREQ("NUMBER BYTE-SIZE NAME\n"
		     "0 0B -\n"
		     "3 - a\\x20\"b\"\n"
		     "2048 2K a\\x20\"b\"\n",
		     text);
	free(text);
}

TEST(json_is_valid_and_null_where_not_measured)
{
	struct output_style style = { .format = OUTPUT_JSON };
	char *text = printed(&style, "NUMBER,BYTE-SIZE,NAME");
	struct json_object *json = json_tokener_parse(text);
	struct json_object *list, *value;

	ASSERT_NE(NULL, json);
	ASSERT_TRUE(json_object_object_get_ex(json, "things", &list));
	ASSERT_EQ(3, json_object_array_length(list));
	json_object_object_get_ex(json_object_array_get_idx(list, 1),
				  "byte_size", &value);
	EXPECT_EQ(NULL, value);
	json_object_object_get_ex(json_object_array_get_idx(list, 2),
				  "byte_size", &value);
	EXPECT_EQ(2048, json_object_get_int(value));
	json_object_object_get_ex(json_object_array_get_idx(list, 2), "name",
				  &value);
	EXPECT_STREQ("a \"b\"", json_object_get_string(value));
	json_object_put(json);
	free(text);
}

static bool is_plain(const char *text)
{
	for (; *text; text++)
		if (*text != '\n' && (*text < ' ' || *text > '~'))
			return false;
	return true;
}

/* In either locale: with and without characters of several bytes. */
TEST(no_format_obeys_a_text)
{
	static const char *const locales[] = { "C", "C.UTF-8" };

	for (int i = 0; i < 4; i++) {
		struct output_style style = {
			.format = i / 2 ? OUTPUT_RAW : OUTPUT_TABLE,
			.noheadings = true,
		};
		char *text;

		setlocale(LC_ALL, locales[i % 2]);
		text = printed_object(&hostile_object, &style, NULL);
		EXPECT_TRUE(is_plain(text));
		EXPECT_NE(NULL, strstr(text, SHOWN));
		free(text);
	}
	setlocale(LC_ALL, "C");
}

/* As wide as it is shown: behind it are a blank and a number. */
TEST(a_column_fits_a_hostile_text)
{
	struct output_style style = { .noheadings = true };
	char *text;

	setlocale(LC_ALL, "C.UTF-8");
	text = printed_object(&hostile_object, &style, NULL);
	EXPECT_EQ(text, strstr(text, SHOWN "      0\n" SHOWN "      3\n"));
	free(text);
	setlocale(LC_ALL, "C");
}

TEST(json_keeps_a_hostile_text)
{
	struct output_style style = { .format = OUTPUT_JSON };
	char *text = printed_object(&hostile_object, &style, NULL);
	struct json_object *json = json_tokener_parse(text), *list, *value;

	ASSERT_NE(NULL, json);
	json_object_object_get_ex(json, "things", &list);
	json_object_object_get_ex(json_object_array_get_idx(list, 0), "name",
				  &value);
	EXPECT_TRUE(is_plain(text));
	EXPECT_STREQ("a\033[2J\n\x07\\xff\xc2\x9b\xe2\x80\xae"
		     "z",
		     json_object_get_string(value));
	json_object_put(json);
	free(text);
}

TEST(columns_are_found_by_name_and_key)
{
	EXPECT_EQ(&columns[1], output_find(&object, "byte-size"));
	EXPECT_EQ(&columns[1], output_find(&object, "BYTE_SIZE"));
	EXPECT_EQ(NULL, output_find(&object, "nonsense"));
}

TEST(numbers_fall_and_unmeasured_come_last)
{
	unsigned int list[] = { 3, 10, 5, 2048, 9 };

	ASSERT_EQ(0, output_sort(&columns[0], list, 5, sizeof(*list)));
	EXPECT_EQ(2048, list[0]);
	EXPECT_EQ(10, list[1]);
	EXPECT_EQ(3, list[4]);
	ASSERT_EQ(0, output_sort(&columns[1], list, 5, sizeof(*list)));
	EXPECT_EQ(2048, list[0]);
	EXPECT_EQ(10, list[1]);
	EXPECT_EQ(9, list[2]);
	EXPECT_EQ(3, list[4]);
	ASSERT_EQ(0, output_sort(&columns[1], list, 0, sizeof(*list)));
}

TEST(texts_rise)
{
	unsigned int list[] = { 1, 0, 2 };

	ASSERT_EQ(0, output_sort(&columns[2], list, 3, sizeof(*list)));
	EXPECT_EQ(0, list[0]);
	EXPECT_EQ(1, list[1]);
	EXPECT_EQ(2, list[2]);
}

TEST_HARNESS_MAIN
