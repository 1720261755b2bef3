// SPDX-License-Identifier: GPL-2.0
#include "balancing_state.h"
#include "client.h"
#include "clock.h"
#include "command.h"
#include "hook_columns.h"
#include "notes.h"
#include "options.h"
#include "topology.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct option own_options[] = {
	{ "bytes", no_argument, NULL, 'b' },
	{ 0 },
};

static bool in_bytes;

static void set_option(int c, const char *argument)
{
	in_bytes = true;
}

/* The clock of the kernel's timestamps stands still while suspended. */
static uint64_t uptime(const struct report_info *info)
{
	return (info->timestamp - info->start_time) / NSEC_PER_SEC;
}

static void format_start(const struct report_info *info, char *text,
			 size_t size)
{
	time_t start = time(NULL) - (time_t)uptime(info);
	struct tm parts;

	localtime_r(&start, &parts);
	strftime(text, size, "%Y-%m-%dT%H:%M:%S%z", &parts);
}

static const char *balancing_text(const struct report_info *info)
{
	return info->balancing < 0
		       ? "unknown"
		       : balancing_mode_words((uint64_t)info->balancing);
}

static void print_line(const char *name, const char *value)
{
	printf("%-20s %s\n", name, value && *value ? value : "-");
}

static void print_number(const char *name, uint64_t value)
{
	printf("%-20s %llu\n", name, (unsigned long long)value);
}

/* 0: an older module does not know. */
static void print_memory(const struct output_style *style,
			 const struct report_info *info)
{
	char *memory = info->memory ? output_size(style, info->memory) : NULL;

	print_line("Memory used:", memory);
	free(memory);
}

static void print_sampler(const struct report_info *info)
{
	if (!info->sample_interval) {
		print_line("Sample interval:", NULL);
		return;
	}
	printf("%-20s %g s\n",
	       "Sample interval:", info->sample_interval / 1000.0);
	print_number("Samples kept:", info->samples);
	print_number("Last sample:", info->last_sequence);
}

static void print_module(const struct output_style *style,
			 const struct report_info *info)
{
	char start[64];

	format_start(info, start, sizeof(start));
	print_line("Module version:", info->module_version);
	print_number("Interface version:", info->interface_version);
	print_line("Counting since:", start);
	printf("%-20s %llu s\n",
	       "Counting for:", (unsigned long long)uptime(info));
	print_memory(style, info);
	print_sampler(info);
}

static void print_machine(const struct report_info *info)
{
	print_line("Nodes possible:", info->nodes_possible);
	print_line("Nodes online:", info->nodes_online);
	print_line("Nodes with memory:", info->nodes_memory);
	print_line("Nodes with CPUs:", info->nodes_cpu);
	if (info->nodes_gone && *info->nodes_gone)
		print_line("Nodes gone:", info->nodes_gone);
	print_number("CPUs possible:", info->cpus_possible);
	print_number("CPUs online:", info->cpus_online);
	print_number("Page size:", info->page_size);
	print_line("Balancing:", balancing_text(info));
}

static int print_hooks(const struct report_info *info)
{
	const struct output_style style = { .format = OUTPUT_TABLE };
	struct output_choice choice;
	char *unknown;
	int err = output_choose(&hook_object, NULL, false, &choice, &unknown);

	if (err)
		return err;
	putchar('\n');
	err = output_list(&hook_object, &choice, &style, info->hook,
			  info->hooks, sizeof(*info->hook));
	output_free_choice(&choice);
	return err;
}

static int print_text(const struct output_style *style,
		      const struct report_info *info)
{
	if (info->module_version)
		print_module(style, info);
	print_machine(info);
	return info->module_version ? print_hooks(info) : 0;
}

static struct json_object *text_or_null(const char *text)
{
	return text ? json_object_new_string(text) : NULL;
}

static struct json_object *hook_json(const struct report_hook *hook)
{
	struct json_object *json = json_object_new_object();
	struct json_object *events = NULL;

	if (report_hook_counted(hook))
		events = json_object_new_uint64(hook->events);
	json_object_object_add(json, "name", text_or_null(hook->name));
	json_object_object_add(json, "function", text_or_null(hook->function));
	json_object_object_add(json, "state",
			       text_or_null(hook_state_word(hook)));
	json_object_object_add(json, "events", events);
	json_object_object_add(json, "missed",
			       json_object_new_uint64(hook->missed));
	json_object_object_add(json, "reason", text_or_null(hook->reason));
	return json;
}

static struct json_object *uncounted_json(const struct report_info *info)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < info->uncounteds; i++) {
		struct json_object *json = json_object_new_object();

		json_object_object_add(json, "column",
				       text_or_null(info->uncounted[i].name));
		json_object_object_add(json, "reason",
				       text_or_null(info->uncounted[i].reason));
		json_object_array_add(list, json);
	}
	return list;
}

static struct json_object *sampler_number(const struct report_info *info,
					  uint64_t number)
{
	return info->sample_interval ? json_object_new_uint64(number) : NULL;
}

static void add_sampler(struct json_object *json,
			const struct report_info *info)
{
	json_object_object_add(json, "sample_interval_ms",
			       sampler_number(info, info->sample_interval));
	json_object_object_add(json, "samples",
			       sampler_number(info, info->samples));
	json_object_object_add(json, "last_sequence",
			       sampler_number(info, info->last_sequence));
}

static void add_module(struct json_object *json, const struct report_info *info)
{
	struct json_object *hooks = json_object_new_array();
	struct json_object *memory = NULL;
	char start[64];

	format_start(info, start, sizeof(start));
	json_object_object_add(json, "module_version",
			       text_or_null(info->module_version));
	json_object_object_add(json, "interface_version",
			       json_object_new_uint64(info->interface_version));
	json_object_object_add(json, "start_time", text_or_null(start));
	json_object_object_add(json, "uptime",
			       json_object_new_uint64(uptime(info)));
	json_object_object_add(json, "generation",
			       json_object_new_uint64(info->generation));
	if (info->memory)
		memory = json_object_new_uint64(info->memory);
	json_object_object_add(json, "memory", memory);
	add_sampler(json, info);
	for (size_t i = 0; i < info->hooks; i++)
		json_object_array_add(hooks, hook_json(&info->hook[i]));
	json_object_object_add(json, "hooks", hooks);
	json_object_object_add(json, "uncounted", uncounted_json(info));
	json_object_object_add(json, "nodes_gone",
			       text_or_null(info->nodes_gone));
}

static void add_machine(struct json_object *json,
			const struct report_info *info)
{
	struct json_object *balancing = NULL;

	json_object_object_add(json, "nodes_possible",
			       text_or_null(info->nodes_possible));
	json_object_object_add(json, "nodes_online",
			       text_or_null(info->nodes_online));
	json_object_object_add(json, "nodes_memory",
			       text_or_null(info->nodes_memory));
	json_object_object_add(json, "nodes_cpu",
			       text_or_null(info->nodes_cpu));
	json_object_object_add(json, "cpus_possible",
			       json_object_new_uint64(info->cpus_possible));
	json_object_object_add(json, "cpus_online",
			       json_object_new_uint64(info->cpus_online));
	json_object_object_add(json, "page_size",
			       json_object_new_uint64(info->page_size));
	if (info->balancing >= 0)
		balancing = json_object_new_int64(info->balancing);
	json_object_object_add(json, "balancing", balancing);
}

static int print_json(const struct report_info *info)
{
	struct json_object *json = json_object_new_object();

	if (!json)
		return -ENOMEM;
	if (info->module_version)
		add_module(json, info);
	else
		json_object_object_add(json, "module_version", NULL);
	add_machine(json, info);
	return output_json(json);
}

static void note_hooks(const struct report_info *info)
{
	for (size_t i = 0; i < info->hooks; i++)
		note_hook(info, info->hook[i].name);
}

static int print(const struct options *options, const struct report_info *info)
{
	struct output_style style = options->style;

	style.bytes = in_bytes;
	if (options->style.format == OUTPUT_JSON)
		return print_json(info);
	return print_text(&style, info);
}

/* Without the module sysfs still knows the machine. */
static int run(const struct options *options)
{
	struct client *client = client_new();
	struct report_info info;
	int err = client_info(client, &info);
	bool known = !err || (err == -ENOENT && !topology_info(&info));

	if (known && print(options, &info)) {
		pr_notice("out of memory");
		err = -ENOMEM;
	} else if (err) {
		pr_notice("%s", client_error(client));
	} else {
		note_accesses(&info);
		note_hooks(&info);
		note_uncounted(&info, NULL);
	}
	if (known)
		report_free_info(&info);
	client_free(client);
	return err ? EXIT_FAILED : EXIT_DONE;
}

const struct command cmd_info = {
	.name = "info",
	.arguments = "",
	.summary = "Show the module, the machine and the hooks.",
	.own_options = own_options,
	.own_letters = "b",
	.own_help = " -b, --bytes          print sizes in bytes\n",
	.set_option = set_option,
	.run = run,
};
