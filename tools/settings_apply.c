// SPDX-License-Identifier: GPL-2.0
#include "settings_apply.h"

#include "interrupt.h"
#include "settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/numatrace.h>

static const char half_done[] =
	"what was changed before could not be taken back, see numatrace config and hooks";

int settings_state_read(struct client *client, struct settings_state *state)
{
	int err = client_info(client, &state->info);

	if (!err)
		err = client_config(client, &state->config);
	if (err)
		settings_state_free(state);
	return err;
}

void settings_state_free(struct settings_state *state)
{
	report_free_info(&state->info);
	*state = (struct settings_state){ 0 };
}

bool settings_hook_is_known(const struct report_hook *hook)
{
	return hook->state != NUMATRACE_HOOK_STATE_UNAVAILABLE;
}

bool settings_hook_is_on(const struct report_hook *hook)
{
	return hook->state == NUMATRACE_HOOK_STATE_FTRACE ||
	       hook->state == NUMATRACE_HOOK_STATE_KPROBE;
}

static struct report_config difference(const struct settings_file *settings,
				       const struct report_config *now)
{
	struct report_config config = settings->config;

	for (int i = 0; i < CONFIG_FIELDS; i++)
		if (now->value[i] == config.value[i])
			config.set &= ~(1U << i);
	return config;
}

/* Whether it has to be switched for @wanted. */
static bool differs(const struct settings_hook *wanted,
		    const struct settings_state *state)
{
	const struct report_hook *hook =
		report_find_hook(&state->info, wanted->name);

	return hook && settings_hook_is_known(hook) &&
	       settings_hook_is_on(hook) != wanted->on;
}

bool settings_in_force(const struct settings_file *settings,
		       const struct settings_state *state)
{
	if (difference(settings, &state->config).set)
		return false;
	for (size_t i = 0; i < settings->hooks; i++)
		if (differs(&settings->hook[i], state))
			return false;
	return true;
}

static int refuse_hook(struct settings_file *settings,
		       const struct settings_hook *hook)
{
	char *why = NULL;
	int err;

	conf_refuse(&why,
		    "the module has no hook %s; numatrace hooks lists them",
		    hook->name);
	err = why ? conf_add_error(&settings->errors, hook->file, hook->line,
				   why)
		  : -ENOMEM;
	free(why);
	return err;
}

static int refuse_setting(struct settings_file *settings, const char *path,
			  enum config_field field)
{
	char *why = NULL;
	int err;

	conf_refuse(&why,
		    "the module that is loaded has no %s; load one of the version of this command",
		    known_settings[field].name);
	err = why ? conf_add_error(&settings->errors, path,
				   settings->line[field], why)
		  : -ENOMEM;
	free(why);
	return err;
}

int settings_check(struct settings_file *settings, const char *path,
		   const struct settings_state *state)
{
	unsigned int missing = settings->config.set & ~state->config.set;
	int err = 0;

	for (int i = 0; !err && i < CONFIG_FIELDS; i++)
		if (missing & (1U << i))
			err = refuse_setting(settings, path, i);
	for (size_t i = 0; !err && i < settings->hooks; i++)
		if (!report_find_hook(&state->info, settings->hook[i].name))
			err = refuse_hook(settings, &settings->hook[i]);
	return err;
}

/* Hooks before @end back to what they were; what @config changed, too. */
static int take_back(struct client *client,
		     const struct settings_file *settings, size_t end,
		     const struct report_config *config,
		     const struct settings_state *state)
{
	struct report_config before = state->config;
	int err = 0;

	while (end--)
		if (differs(&settings->hook[end], state) &&
		    client_set_hook(client, settings->hook[end].name,
				    !settings->hook[end].on))
			err = -EIO;
	before.set = config->set;
	if (before.set && client_set_config(client, &before))
		err = -EIO;
	return err;
}

static int switch_hooks(struct client *client,
			const struct settings_file *settings,
			const struct settings_state *state, size_t *reached)
{
	int err = 0;

	for (size_t i = 0; !err && i < settings->hooks; i++) {
		*reached = i;
		if (interrupt_signal())
			err = -EINTR;
		else if (differs(&settings->hook[i], state))
			err = client_set_hook(client, settings->hook[i].name,
					      settings->hook[i].on);
	}
	return err;
}

static void explain_config(struct client *client,
			   const struct report_config *config, char **why)
{
	for (int i = 0; i < CONFIG_FIELDS; i++)
		if (config->set == 1U << i) {
			conf_refuse(why, "%s = %ju: %s", known_settings[i].name,
				    config->value[i], client_error(client));
			return;
		}
	conf_refuse(why, "%s", client_error(client));
}

/* ORDER: what the module said of the hook, before it says something else. */
static void go_back(struct client *client, const struct settings_file *settings,
		    size_t reached, const struct report_config *config,
		    const struct settings_state *state, char **why)
{
	char *said = strdup(interrupt_signal() ? "a signal came"
					       : client_error(client));
	bool undone = !take_back(client, settings, reached, config, state);

	if (said)
		conf_refuse(why, "hook %s: %s; %s",
			    settings->hook[reached].name, said,
			    undone ? "nothing was changed" : half_done);
	free(said);
}

int settings_apply(struct client *client, const struct settings_file *settings,
		   const struct settings_state *state, char **why)
{
	struct report_config config = difference(settings, &state->config);
	size_t reached = 0;
	int err = config.set ? client_set_config(client, &config) : 0;

	*why = NULL;
	if (err) {
		explain_config(client, &config, why);
		return err;
	}
	err = switch_hooks(client, settings, state, &reached);
	if (err)
		go_back(client, settings, reached, &config, state, why);
	return err;
}

int settings_of_state(struct settings_file *settings,
		      const struct settings_state *state)
{
	int err = 0;

	settings->config = state->config;
	for (size_t i = 0; !err && i < state->info.hooks; i++) {
		const struct report_hook *hook = &state->info.hook[i];
		const struct settings_hook copy = {
			.name = hook->name,
			.on = settings_hook_is_on(hook),
		};

		if (settings_hook_is_known(hook))
			err = settings_add_hook(settings, &copy);
	}
	return err;
}
