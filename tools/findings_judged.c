// SPDX-License-Identifier: GPL-2.0
#include "findings.h"

#include "clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/numatrace.h>

#define MSEC_PER_SEC 1000.0

/**
 * struct detector - what looking for a kind of problem takes
 * @field: its threshold: 0 switches it off
 * @hook: that has to count, or NULL
 * @columns: of nodes that this kernel has to count, or NULL
 * @accesses: needs accesses, so automatic balancing
 * @matrix: needs the matrix of accesses
 * @events: needs events enough; the others need two nodes
 */
static const struct detector {
	enum config_field field;
	const char *hook;
	const char *columns[2];
	bool accesses;
	bool matrix;
	bool events;
} detectors[] = {
	[NUMATRACE_FINDING_KIND_MEMORY_IMBALANCE] = {
		.field = CONFIG_DETECT_MEMORY_IMBALANCE,
	},
	[NUMATRACE_FINDING_KIND_CPU_IMBALANCE] = {
		.field = CONFIG_DETECT_CPU_IMBALANCE,
		.columns = { "cpu_time" },
	},
	[NUMATRACE_FINDING_KIND_LOW_LOCALITY] = {
		.field = CONFIG_DETECT_LOW_LOCALITY,
		.columns = { "hint_faults", "hint_faults_local" },
		.accesses = true,
		.events = true,
	},
	[NUMATRACE_FINDING_KIND_MIGRATION_FAILURES] = {
		.field = CONFIG_DETECT_MIGRATION_FAILURES,
		.events = true,
	},
	[NUMATRACE_FINDING_KIND_PING_PONG] = {
		.field = CONFIG_DETECT_PING_PONG,
		.hook = "migration",
		.events = true,
	},
	[NUMATRACE_FINDING_KIND_FIRST_TOUCH] = {
		.field = CONFIG_DETECT_FIRST_TOUCH,
		.hook = "access",
		.accesses = true,
		.matrix = true,
		.events = true,
	},
	[NUMATRACE_FINDING_KIND_NODE_FULL] = {
		.field = CONFIG_DETECT_NODE_FULL,
	},
	[NUMATRACE_FINDING_KIND_ALLOCATION_MISSES] = {
		.field = CONFIG_DETECT_ALLOCATION_MISSES,
		.columns = { "alloc_hit", "alloc_miss" },
		.events = true,
	},
};

#define KINDS (sizeof(detectors) / sizeof(*detectors))

/**
 * struct inquiry - what is asked for
 * @info: the module and the machine
 * @config: its settings
 * @sentences: where the answer goes
 * @off: kinds whose detector is off, one bit each
 * @few: kinds with too few events, one bit each
 */
struct inquiry {
	const struct report_info *info;
	const struct report_config *config;
	struct sentences *sentences;
	unsigned int off;
	unsigned int few;
};

/* One sentence of the answer. 0 or -ENOMEM. */
#define say(inquiry, ...) sentences_add((inquiry)->sentences, __VA_ARGS__)

static double seconds(uint64_t milliseconds)
{
	return (double)milliseconds / MSEC_PER_SEC;
}

static bool is_zero(const struct report_config *config, enum config_field field)
{
	return config->set & (1U << field) && !config->value[field];
}

static int say_hook(struct inquiry *inquiry, unsigned int kind)
{
	return say(inquiry,
		   "%s was not looked for: the hook %s does not count; see: numatrace hooks",
		   finding_kind_word(kind), detectors[kind].hook);
}

static int say_uncounted(struct inquiry *inquiry, unsigned int kind,
			 const struct report_uncounted *uncounted)
{
	return say(inquiry, "%s was not looked for: %s is not counted, %s",
		   finding_kind_word(kind), uncounted->name, uncounted->reason);
}

/* The first that the detector needs and the kernel does not count, or NULL. */
static const struct report_uncounted *
find_uncounted(const struct report_info *info, const struct detector *detector)
{
	for (size_t i = 0; i < info->uncounteds; i++)
		for (size_t j = 0; j < 2; j++)
			if (detector->columns[j] &&
			    !strcmp(detector->columns[j],
				    info->uncounted[i].name))
				return &info->uncounted[i];
	return NULL;
}

static int say_window(struct inquiry *inquiry, unsigned int kind)
{
	return say(inquiry,
		   "%s was not looked for: bounce_window_ms is 0 (numatrace config bounce_window_ms=10000)",
		   finding_kind_word(kind));
}

static int say_balancing(struct inquiry *inquiry, unsigned int kind)
{
	return say(inquiry,
		   "%s was not looked for: automatic NUMA balancing is off, no accesses are sampled; sysctl kernel.numa_balancing=1",
		   finding_kind_word(kind));
}

static int say_matrix(struct inquiry *inquiry, unsigned int kind)
{
	return say(inquiry,
		   "%s is not looked for on machines with node numbers above %d",
		   finding_kind_word(kind), REPORT_MATRIX_NODES - 1);
}

static int say_nodes(struct inquiry *inquiry, unsigned int kind)
{
	return say(inquiry,
		   "%s was not looked for: there are no two nodes to compare",
		   finding_kind_word(kind));
}

static int explain(struct inquiry *inquiry, unsigned int kind)
{
	const struct detector *detector = &detectors[kind];
	const struct report_info *info = inquiry->info;
	const struct report_uncounted *uncounted =
		find_uncounted(info, detector);

	if (is_zero(inquiry->config, detector->field)) {
		inquiry->off |= 1U << kind;
		return 0;
	}
	if (uncounted)
		return say_uncounted(inquiry, kind, uncounted);
	if (detector->hook && !report_hook_attached(info, detector->hook))
		return say_hook(inquiry, kind);
	if (kind == NUMATRACE_FINDING_KIND_PING_PONG &&
	    is_zero(inquiry->config, CONFIG_BOUNCE_WINDOW_MS))
		return say_window(inquiry, kind);
	if (detector->accesses && !info->balancing)
		return say_balancing(inquiry, kind);
	if (detector->matrix && !report_samples_have_matrices(info))
		return say_matrix(inquiry, kind);
	if (!detector->events)
		return say_nodes(inquiry, kind);
	inquiry->few |= 1U << kind;
	return 0;
}

/* The kinds, separated by commas; NULL when memory is short. */
static char *list_kinds(unsigned int kinds)
{
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);
	const char *comma = "";

	if (!file)
		return NULL;
	for (unsigned int kind = 0; kind < KINDS; kind++) {
		if (!(kinds & (1U << kind)))
			continue;
		fprintf(file, "%s%s", comma, finding_kind_word(kind));
		comma = ", ";
	}
	if (fclose(file)) {
		free(text);
		return NULL;
	}
	return text;
}

static int say_off(struct inquiry *inquiry)
{
	char *kinds;
	int err;

	if (!inquiry->off)
		return 0;
	kinds = list_kinds(inquiry->off);
	if (!kinds)
		return -ENOMEM;
	err = say(inquiry,
		  "not looked for, as their detectors are off: %s (numatrace config, detect_*)",
		  kinds);
	free(kinds);
	return err;
}

static int say_few(struct inquiry *inquiry)
{
	const uint64_t *value = inquiry->config->value;
	char *kinds;
	int err;

	if (!inquiry->few)
		return 0;
	kinds = list_kinds(inquiry->few);
	if (!kinds)
		return -ENOMEM;
	err = say(inquiry,
		  "too few events to look for: %s (fewer than %llu in %.0f s, detect_min_events)",
		  kinds, (unsigned long long)value[CONFIG_DETECT_MIN_EVENTS],
		  seconds(value[CONFIG_DETECT_WINDOW_MS]));
	free(kinds);
	return err;
}

/* The samples that are kept will never reach back far enough. */
static bool too_short(const struct report_info *info,
		      const struct report_config *config)
{
	return config->value[CONFIG_HISTORY] &&
	       (config->value[CONFIG_HISTORY] - 1) * info->sample_interval <
		       config->value[CONFIG_DETECT_WINDOW_MS];
}

static int say_nothing_judged(struct inquiry *inquiry)
{
	const uint64_t *value = inquiry->config->value;
	double window = seconds(value[CONFIG_DETECT_WINDOW_MS]);

	if (too_short(inquiry->info, inquiry->config))
		return say(inquiry,
			   "no problem was looked for: %llu samples do not reach back %.0f s (detect_window_ms); numatrace config history=1000",
			   (unsigned long long)value[CONFIG_HISTORY], window);
	return say(inquiry,
		   "no problem was looked for yet: the samples do not reach back %.0f s (detect_window_ms); try again after that time",
		   window);
}

/* Samples are passed over for a time after something was changed. */
static int say_old(struct inquiry *inquiry)
{
	const struct report_info *info = inquiry->info;
	uint64_t window = inquiry->config->value[CONFIG_DETECT_WINDOW_MS];
	uint64_t age = 0;

	if (info->timestamp > info->judged_at)
		age = (info->timestamp - info->judged_at) / NSEC_PER_MSEC;
	if (age <= 2ULL * info->sample_interval + window / 2)
		return 0;
	return say(inquiry,
		   "problems were looked for %.0f s ago last: a hook, a setting or a CPU was switched, or the machine was idle; try again in %.0f s",
		   seconds(age), seconds(window));
}

static bool found(const struct report_findings *findings, uint32_t kind)
{
	for (size_t i = 0; i < findings->count; i++)
		if (findings->finding[i].kind == kind)
			return true;
	return false;
}

static bool has_one_node(const struct report_info *info)
{
	return !strpbrk(info->nodes_online, "-,");
}

bool findings_judged(const struct report_info *info, uint32_t kind)
{
	return info->judged_at && info->judged & (1U << kind);
}

bool findings_any_judged(const struct report_info *info)
{
	return has_one_node(info) || (info->judged_at && info->judged);
}

int findings_not_judged(const struct report_info *info,
			const struct report_config *config,
			const struct report_findings *findings,
			struct sentences *sentences)
{
	struct inquiry inquiry = {
		.info = info,
		.config = config,
		.sentences = sentences,
	};
	int err;

	if (has_one_node(info))
		return say(&inquiry,
			   "this machine has one NUMA node: there is no problem to look for");
	if (!info->judged_at)
		return say_nothing_judged(&inquiry);
	err = say_old(&inquiry);
	for (unsigned int kind = 0; !err && kind < KINDS; kind++)
		if (!(info->judged & (1U << kind)) && !found(findings, kind))
			err = explain(&inquiry, kind);
	if (!err)
		err = say_off(&inquiry);
	return err ? err : say_few(&inquiry);
}
