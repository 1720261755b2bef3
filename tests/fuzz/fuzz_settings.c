// SPDX-License-Identifier: GPL-2.0
#include "fuzz.h"

#include "settings.h"
#include "settings_file.h"

static void check(const struct settings_file *settings)
{
	for (int i = 0; i < CONFIG_FIELDS; i++)
		assert(!(settings->config.set & (1U << i)) ||
		       (settings->line[i] &&
			setting_takes(&known_settings[i],
				      settings->config.value[i])));
	for (size_t i = 0; i < settings->hooks; i++) {
		const struct settings_hook *hook = &settings->hook[i];

		assert(*hook->name && hook->line &&
		       settings_find_hook(settings, hook->name) == hook);
	}
	for (size_t i = 0; i < settings->errors.count; i++)
		assert(!strncmp(settings->errors.error[i], "file:", 5));
}

/* What is written can be read, says the same, and is then written as it is. */
static void check_written(const char *text,
			  const struct settings_file *settings)
{
	struct settings_file again = { 0 };
	char *written = settings_write(text, settings);
	char *rewritten;

	assert(written && !settings_parse(written, "file", &again));
	check(&again);
	assert(!again.errors.count);
	assert(again.config.set == settings->config.set);
	assert(!memcmp(again.config.value, settings->config.value,
		       sizeof(again.config.value)));
	assert(again.hooks == settings->hooks);
	assert(!again.profile == !settings->profile);
	rewritten = settings_write(written, &again);
	assert(rewritten && !strcmp(rewritten, written));
	free(rewritten);
	free(written);
	settings_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct settings_file settings = { 0 };

	assert(!settings_parse(text, "file", &settings));
	check(&settings);
	if (!settings.errors.count) {
		check_written(text, &settings);
		check_written(NULL, &settings);
	}
	settings_free(&settings);
	free(text);
	return 0;
}
