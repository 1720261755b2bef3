// SPDX-License-Identifier: GPL-2.0
/*
 * Files of settings: what is taken and what is refused, in which line; what is
 * written keeps what people wrote; profiles that begin with others.
 */
#include "settings.h"
#include "settings_profiles.h"

#include "_files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

static void print_errors(const char *text, const struct conf_errors *errors)
{
	for (size_t i = 0; i < errors->count; i++)
		printf("# %s: %s\n", text, errors->error[i]);
}

/* That it has one error, which is this one; @place is "x:LINE: ". */
static bool refuses(const char *text, const char *place, const char *words)
{
	struct settings_file settings = { 0 };
	const struct conf_errors *errors = &settings.errors;
	bool same = !settings_parse(text, "x", &settings) &&
		    errors->count == 1 &&
		    !strncmp(errors->error[0], place, strlen(place)) &&
		    strstr(errors->error[0], words);

	if (!same)
		print_errors(text, errors);
	settings_free(&settings);
	return same;
}

static bool takes(const char *text, struct settings_file *settings)
{
	*settings = (struct settings_file){ 0 };
	if (!settings_parse(text, "x", settings) && !settings->errors.count)
		return true;
	print_errors(text, &settings->errors);
	return false;
}

TEST(a_setting_a_line)
{
	struct settings_file settings;

	ASSERT_TRUE(takes("# nothing\n\n \t\n"
			  "history = 500\t# few\n"
			  "\thook.access =  off  \n"
			  "profile=low-overhead # base\n"
			  "description = a # is # a comment\n"
			  "min_faults = 18446744073709551615",
			  &settings));
	EXPECT_EQ(1U << CONFIG_HISTORY | 1U << CONFIG_MIN_FAULTS,
		  settings.config.set);
	EXPECT_EQ(500, settings.config.value[CONFIG_HISTORY]);
	EXPECT_EQ(UINT64_MAX, settings.config.value[CONFIG_MIN_FAULTS]);
	EXPECT_EQ(4, settings.line[CONFIG_HISTORY]);
	ASSERT_EQ(1, settings.hooks);
	EXPECT_STREQ("access", settings.hook[0].name);
	EXPECT_FALSE(settings.hook[0].on);
	EXPECT_EQ(5, settings.hook[0].line);
	EXPECT_STREQ("low-overhead", settings.profile);
	EXPECT_EQ(6, settings.profile_line);
	EXPECT_STREQ("a", settings.description);
	settings_free(&settings);
}

TEST(either_hyphens_or_underscores)
{
	struct settings_file settings;

	ASSERT_TRUE(takes("sample-interval-max_ms = 100", &settings));
	EXPECT_EQ(1U << CONFIG_SAMPLE_INTERVAL_MAX_MS, settings.config.set);
	settings_free(&settings);
}

TEST(every_setting_between_its_bounds)
{
	for (int i = 0; i < CONFIG_FIELDS; i++) {
		const struct setting *setting = &known_settings[i];
		struct settings_file settings;
		char text[128];

		ASSERT_NE(NULL, setting->name);
		ASSERT_NE(NULL, setting->what);
		EXPECT_TRUE(setting_takes(setting, setting->preset));
		EXPECT_EQ(i, (int)settings_find(setting->name,
						strlen(setting->name)));
		snprintf(text, sizeof(text), "%s = %llu", setting->name,
			 (unsigned long long)setting->max);
		EXPECT_TRUE(takes(text, &settings));
		settings_free(&settings);
		if (setting->min) {
			snprintf(text, sizeof(text), "%s = %llu", setting->name,
				 (unsigned long long)setting->min - 1);
			EXPECT_TRUE(refuses(text, "x:1: ", setting->name));
		}
		if (setting->max == UINT64_MAX)
			continue;
		snprintf(text, sizeof(text), "%s = %llu", setting->name,
			 (unsigned long long)setting->max + 1);
		EXPECT_TRUE(refuses(text, "x:1: ", ": a number, "));
	}
}

TEST(wrong_lines)
{
	EXPECT_TRUE(
		refuses("\n\nnonsense = 1\n", "x:3: ", "no setting nonsense"));
	EXPECT_TRUE(refuses("history", "x:1: ", "not <name> = <value>"));
	EXPECT_TRUE(refuses("= 1", "x:1: ", "not <name> = <value>"));
	EXPECT_TRUE(refuses("history =", "x:1: ", "lacks its value"));
	EXPECT_TRUE(refuses("history = # 1", "x:1: ", "lacks its value"));
	EXPECT_TRUE(refuses("history = -1", "x:1: ", "1 to 100000"));
	EXPECT_TRUE(refuses("history = 1 000", "x:1: ", "1 to 100000"));
	EXPECT_TRUE(
		refuses("history = 18446744073709551616", "x:1: ", "a number"));
	EXPECT_TRUE(refuses("history = 4#no", "x:1: ", "4#no: a number"));
	EXPECT_TRUE(refuses("history = 1\r\n", "x:1: ", "0x0d"));
	EXPECT_TRUE(refuses("history=1\nhistory=1", "x:2: ", "in line 1"));
	EXPECT_TRUE(refuses("hook.a=on\nhook.a=on", "x:2: ", "in line 1"));
	EXPECT_TRUE(refuses("profile=a\nprofile=a", "x:2: ", "in line 1"));
	EXPECT_TRUE(refuses("hook.a = yes", "x:1: ", "neither on nor off"));
	EXPECT_TRUE(refuses("hook. = on", "x:1: ", "no name of a hook"));
	EXPECT_TRUE(refuses("profile = a/b", "x:1: ", "no name of a profile"));
	EXPECT_TRUE(refuses("description=a\ndescription=b", "x:2: ", "before"));
}

/* What is written says the same, and is read again. */
static char *rewrite(const char *old, const char *text)
{
	struct settings_file settings, again;
	char *written = NULL;

	if (takes(text, &settings))
		written = settings_write(old, &settings);
	if (written && takes(written, &again)) {
		for (int i = 0; i < CONFIG_FIELDS; i++)
			if (again.config.value[i] != settings.config.value[i])
				printf("# %s differs\n",
				       known_settings[i].name);
		settings_free(&again);
	}
	settings_free(&settings);
	return written;
}

TEST(keeps_what_people_wrote)
{
	static const char old[] = "# mine\n"
				  "\n"
				  "  history=5   # few\n"
				  "hook.gone = on\n"
				  "profile = low-overhead\n"
				  "hook.access\t= on # why\n"
				  "description = x";
	char *text = rewrite(old, "history = 77\nhook.access = off");

	EXPECT_STREQ("# mine\n"
		     "\n"
		     "  history=77   # few\n"
		     "hook.gone = on\n"
		     "hook.access\t= off # why\n"
		     "description = x\n",
		     text);
	free(text);
	/* What the module says nothing of stays as well. */
	text = rewrite(old, "profile = low-overhead");
	EXPECT_STREQ("# mine\n"
		     "\n"
		     "  history=5   # few\n"
		     "hook.gone = on\n"
		     "profile = low-overhead\n"
		     "hook.access\t= on # why\n"
		     "description = x\n",
		     text);
	free(text);
}

TEST(adds_what_is_new)
{
	char *text = rewrite("# mine\n", "history = 77\nhook.access = off");

	ASSERT_NE(NULL, text);
	EXPECT_EQ(text, strstr(text, "# mine\n"));
	EXPECT_NE(NULL, strstr(text, "\nhistory = 77\n"));
	EXPECT_NE(NULL, strstr(text, "\nhook.access = off\n"));
	free(text);
	text = rewrite(NULL, "history = 77");
	ASSERT_NE(NULL, text);
	EXPECT_EQ('#', *text);
	EXPECT_NE(NULL, strstr(text, "\nhistory = 77\n"));
	free(text);
}

FIXTURE(profiles)
{
	char root[32];
	struct settings_profiles profiles;
	struct settings_file settings;
};

FIXTURE_SETUP(profiles)
{
	memset(self, 0, sizeof(*self));
	snprintf(self->root, sizeof(self->root), "/tmp/numatrace-XXXXXX");
	ASSERT_NE(NULL, mkdtemp(self->root));
}

FIXTURE_TEARDOWN(profiles)
{
	settings_free(&self->settings);
	settings_profiles_free(&self->profiles);
	EXPECT_EQ(0, remove_files(self->root));
}

#define ETC SETTINGS_PROFILES_PATH
#define USR "/usr/share/numatrace/profiles.d"

static int read_profiles(const char *root, struct settings_profiles *profiles)
{
	const char *where;

	return settings_profiles_read(root, profiles, &where);
}

/* All that the profile of that name says. */
static int get(const struct settings_profiles *profiles, const char *name,
	       struct settings_file *settings)
{
	const struct settings_profile *profile =
		settings_profiles_find(profiles, name);

	if (!profile)
		return -ENOENT;
	settings_free(settings);
	return settings_profiles_get(profiles, profile, settings);
}

TEST_F(profiles, built_in_ones_are_right)
{
	static const char *const names[] = { "balanced", "high-resolution",
					     "low-overhead" };

	ASSERT_EQ(0, read_profiles(self->root, &self->profiles));
	ASSERT_EQ(3, self->profiles.count);
	for (size_t i = 0; i < 3; i++) {
		const struct settings_profile *profile =
			&self->profiles.profile[i];

		EXPECT_STREQ(names[i], profile->name);
		EXPECT_EQ(NULL, profile->path);
		EXPECT_EQ(0, profile->settings.errors.count);
		EXPECT_NE(NULL, profile->settings.description);
		/* One takes back all that another sets. */
		EXPECT_EQ(self->profiles.profile[0].settings.config.set,
			  profile->settings.config.set);
		EXPECT_EQ(self->profiles.profile[0].settings.hooks,
			  profile->settings.hooks);
	}
}

TEST_F(profiles, balanced_is_what_the_module_begins_with)
{
	ASSERT_EQ(0, read_profiles(self->root, &self->profiles));
	ASSERT_EQ(0, get(&self->profiles, "balanced", &self->settings));
	for (int i = 0; i < CONFIG_FIELDS; i++)
		if (self->settings.config.set & (1U << i))
			EXPECT_EQ(known_settings[i].preset,
				  self->settings.config.value[i]);
	for (size_t i = 0; i < self->settings.hooks; i++)
		EXPECT_TRUE(self->settings.hook[i].on);
}

TEST_F(profiles, the_first_of_a_name_counts)
{
	write_file(self->root, USR "/balanced.conf", "history = 2\n");
	write_file(self->root, ETC "/balanced.conf", "history = 1\n");
	write_file(self->root, ETC "/own.conf", "history = 3\n");
	write_file(self->root, ETC "/ignored", "history = 4\n");
	write_file(self->root, ETC "/.hidden.conf", "history = 4\n");
	ASSERT_EQ(0, read_profiles(self->root, &self->profiles));
	ASSERT_EQ(6, self->profiles.count);
	EXPECT_FALSE(settings_profile_is_replaced(&self->profiles, 0));
	EXPECT_TRUE(settings_profile_is_replaced(&self->profiles, 1));
	EXPECT_TRUE(settings_profile_is_replaced(&self->profiles, 2));
	EXPECT_FALSE(settings_profile_is_replaced(&self->profiles, 3));
	ASSERT_EQ(0, get(&self->profiles, "balanced", &self->settings));
	EXPECT_EQ(1U << CONFIG_HISTORY, self->settings.config.set);
	EXPECT_EQ(1, self->settings.config.value[CONFIG_HISTORY]);
	ASSERT_EQ(0, get(&self->profiles, "own", &self->settings));
	EXPECT_EQ(3, self->settings.config.value[CONFIG_HISTORY]);
	EXPECT_EQ(-ENOENT, get(&self->profiles, "ignored", &self->settings));
}

TEST_F(profiles, one_begins_with_another)
{
	write_file(self->root, ETC "/balanced.conf",
		   "profile = balanced\nhistory = 1\n");
	write_file(self->root, USR "/balanced.conf",
		   "profile = low-overhead\nhistory = 2\nsample_backoff = 7\n");
	ASSERT_EQ(0, read_profiles(self->root, &self->profiles));
	ASSERT_EQ(0, get(&self->profiles, "balanced", &self->settings));
	EXPECT_EQ(0, self->settings.errors.count);
	EXPECT_EQ(1, self->settings.config.value[CONFIG_HISTORY]);
	EXPECT_EQ(7, self->settings.config.value[CONFIG_SAMPLE_BACKOFF]);
	EXPECT_EQ(10000,
		  self->settings.config.value[CONFIG_SAMPLE_INTERVAL_MS]);
	ASSERT_NE(NULL, settings_find_hook(&self->settings, "outcome"));
	EXPECT_FALSE(settings_find_hook(&self->settings, "outcome")->on);
}

static bool has_error(const struct settings_file *settings, const char *words)
{
	for (size_t i = 0; i < settings->errors.count; i++)
		if (strstr(settings->errors.error[i], words))
			return true;
	print_errors(words, &settings->errors);
	return false;
}

TEST_F(profiles, what_leads_nowhere_is_refused)
{
	write_file(self->root, ETC "/a.conf", "# a\nprofile = b\n");
	write_file(self->root, ETC "/b.conf", "profile = a\n");
	write_file(self->root, ETC "/c.conf", "\n\nprofile = none\n");
	write_file(self->root, ETC "/d.conf", "profile = wrong\n");
	write_file(self->root, ETC "/wrong.conf", "history = 0\n");
	write_file(self->root, ETC "/low-overhead.conf",
		   "profile = low-overhead\nprofile = x\n");
	ASSERT_EQ(0, read_profiles(self->root, &self->profiles));
	ASSERT_EQ(0, get(&self->profiles, "a", &self->settings));
	EXPECT_TRUE(has_error(&self->settings, "leads back"));
	ASSERT_EQ(0, get(&self->profiles, "c", &self->settings));
	EXPECT_TRUE(has_error(&self->settings,
			      ETC "/c.conf:3: there is no profile none"));
	ASSERT_EQ(0, get(&self->profiles, "d", &self->settings));
	EXPECT_TRUE(has_error(&self->settings, ETC "/wrong.conf:1: history"));
	ASSERT_EQ(0, get(&self->profiles, "low-overhead", &self->settings));
	EXPECT_TRUE(has_error(&self->settings,
			      ETC "/low-overhead.conf:2: profile stands"));
}

TEST_F(profiles, a_file_overrides_its_profile)
{
	ASSERT_EQ(0, read_profiles(self->root, &self->profiles));
	ASSERT_TRUE(takes("history = 5\nhook.outcome = on\n"
			  "profile = low-overhead\n",
			  &self->settings));
	ASSERT_EQ(0, settings_profiles_resolve(&self->profiles, &self->settings,
					       "x"));
	EXPECT_EQ(0, self->settings.errors.count);
	EXPECT_EQ(5, self->settings.config.value[CONFIG_HISTORY]);
	EXPECT_EQ(4, self->settings.config.value[CONFIG_SAMPLE_BACKOFF]);
	EXPECT_TRUE(settings_find_hook(&self->settings, "outcome")->on);
	EXPECT_TRUE(settings_find_hook(&self->settings, "access")->on);
	settings_free(&self->settings);
	ASSERT_TRUE(takes("\nprofile = none", &self->settings));
	ASSERT_EQ(0, settings_profiles_resolve(&self->profiles, &self->settings,
					       "x"));
	EXPECT_TRUE(has_error(&self->settings, "x:2: there is no profile"));
}

TEST_HARNESS_MAIN
