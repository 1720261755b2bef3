// SPDX-License-Identifier: GPL-2.0
#include "history.h"
#include "notes.h"
#include "options.h"
#include "topology.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char no_metric[] =
	"no such metric, numatrace history --list has them all";
static const char no_cgroup_metric[] =
	"no metric of cgroups, numatrace history --list says which are";
static const char no_nodes[] = "not a list of nodes";
static const char two_choices[] =
	"either --node or --cgroup: samples do not tell which nodes the memory of a cgroup was on";

static bool is_metric(const struct history_choice *choice,
		      const struct metric *metric)
{
	return metric && (metric->of_cgroups || !choice->cgroups.pattern);
}

static int choose_metrics(struct history_choice *choice, char *const *words,
			  size_t count, const char **wrong)
{
	choice->metric = calloc(count + 1, sizeof(*choice->metric));
	if (!choice->metric)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		const struct metric *metric = metric_find(words[i]);

		if (!is_metric(choice, metric)) {
			*wrong = words[i];
			return -EINVAL;
		}
		choice->metric[choice->metrics++] = metric;
	}
	return 0;
}

static int choose_overview(struct history_choice *choice, const char **wrong)
{
	const char *const *names = choice->cgroups.pattern
					   ? metric_cgroup_overview
					   : metric_overview;
	size_t count = 0;

	while (names[count])
		count++;
	return choose_metrics(choice, (char *const *)names, count, wrong);
}

static int choose_nodes(struct history_choice *choice, const char *list,
			const char **wrong)
{
	int err;

	if (!list)
		return 0;
	err = topology_parse_list(list, &choice->node, &choice->nodes);
	if (err == -ENOMEM)
		return err;
	if (err || !choice->nodes ||
	    choice->node[choice->nodes - 1] >= REPORT_MAX_NODES) {
		*wrong = list;
		return -EINVAL;
	}
	return 0;
}

static int choose(struct history_choice *choice, char *const *words,
		  size_t count, const char *list, const char **wrong)
{
	int err;

	if (count)
		err = choose_metrics(choice, words, count, wrong);
	else
		err = choose_overview(choice, wrong);
	return err ? err : choose_nodes(choice, list, wrong);
}

static const char *explain(const char *list, const char *wrong)
{
	if (wrong == list)
		return no_nodes;
	return metric_find(wrong) ? no_cgroup_metric : no_metric;
}

static void free_choice(struct history_choice *choice)
{
	free(choice->metric);
	free(choice->node);
	history_cgroups_free(&choice->cgroups);
	*choice = (struct history_choice){ 0 };
}

int history_choose(const struct command *command, struct history_choice *choice,
		   char *const *words, size_t count, const char *list,
		   const char *pattern)
{
	const char *wrong = NULL;
	int err;

	if (list && pattern)
		return options_wrong(command, "%s", two_choices);
	*choice = (struct history_choice){ .cgroups.pattern = pattern };
	err = choose(choice, words, count, list, &wrong);
	if (!err)
		return -1;
	free_choice(choice);
	if (err == -ENOMEM) {
		pr_notice("out of memory");
		return EXIT_FAILED;
	}
	return options_wrong(command, "%s: %s", explain(list, wrong), wrong);
}

void history_free_view(struct history_view *view)
{
	free_choice(&view->choice);
	history_free_machine(&view->machine);
	report_free_samples(&view->samples);
	free(view->node);
	*view = (struct history_view){ 0 };
}

/* What is sampled at the moment, and of cgroups attributed to them. */
static int read_sampling(struct client *client,
			 const struct history_choice *choice,
			 struct metric_machine *machine,
			 const struct report_info *info)
{
	struct report_config config;
	bool tracked;
	int err;

	machine->no_accesses = !info->balancing;
	machine->of_cgroups = choice->cgroups.pattern;
	if (!machine->of_cgroups)
		return 0;
	err = client_config(client, &config);
	if (err)
		return err;
	tracked = report_tracks(&config, CONFIG_TRACK_CGROUPS);
	machine->attributed = tracked && report_hook_attached(info, "access");
	machine->outcomes = tracked && report_hook_attached(info, "outcome");
	return 0;
}

int history_machine(struct client *client, const struct history_choice *choice,
		    struct metric_machine *machine, struct report_info *info)
{
	int err;

	*machine = (struct metric_machine){ 0 };
	err = client_info(client, info);
	if (!err)
		err = client_nodes(client, &machine->nodes);
	if (!err)
		err = read_sampling(client, choice, machine, info);
	if (err) {
		report_free_info(info);
		history_free_machine(machine);
		return err;
	}
	machine->generation = machine->nodes.generation;
	machine->no_allocations = !topology_numa_stat();
	/* A hook that was switched in between belongs to another generation. */
	machine->migrations = info->generation == machine->generation &&
			      report_samples_have_matrices(info) &&
			      report_hook_attached(info, "migration");
	return 0;
}

void history_free_machine(struct metric_machine *machine)
{
	report_free_nodes(&machine->nodes);
	*machine = (struct metric_machine){ 0 };
}

static bool begins(const struct history_choice *choice, const char *prefix)
{
	for (size_t i = 0; i < choice->metrics; i++)
		if (!strncmp(choice->metric[i]->name, prefix, strlen(prefix)))
			return true;
	return false;
}

static bool of_accesses(const struct history_choice *choice)
{
	for (size_t i = 0; i < choice->metrics; i++)
		if (strstr(choice->metric[i]->name, "access") ||
		    !strcmp(choice->metric[i]->name, "locality"))
			return true;
	return begins(choice, "hint_faults");
}

static void note_nodes(const struct history_choice *choice,
		       const struct metric_machine *machine)
{
	for (size_t i = 0; i < choice->nodes; i++)
		if (!report_find_node(&machine->nodes, choice->node[i]))
			pr_notice("node %u is not online", choice->node[i]);
}

int history_read_sampling(struct client *client,
			  const struct history_choice *choice,
			  struct metric_machine *machine)
{
	struct report_info info;
	int err;

	if (!of_accesses(choice) && !choice->cgroups.pattern)
		return 0;
	err = client_info(client, &info);
	if (err)
		return err;
	err = read_sampling(client, choice, machine, &info);
	report_free_info(&info);
	return err;
}

/* The names are asked for, as this fails with a reason for who may not see. */
int history_open_cgroups(struct client *client, struct history_choice *choice)
{
	struct report_cgroups names;
	struct report_config config;
	int err;

	if (!choice->cgroups.pattern)
		return 0;
	err = client_config(client, &config);
	if (err)
		return err;
	choice->cgroups.most = config.value[CONFIG_SAMPLE_CGROUPS];
	if (!choice->cgroups.most) {
		pr_notice("samples have no cgroups; to have those with most accesses in them from now on: %s",
			  "numatrace config sample_cgroups=16");
		return -ENODATA;
	}
	note_tracking(&config, CONFIG_TRACK_CGROUPS);
	err = client_cgroups(client, &names);
	if (!err)
		report_free_cgroups(&names);
	return err;
}

static int add_cgroups(struct client *client, struct history_cgroups *known,
		       const struct report_sample *samples, size_t count)
{
	struct report_cgroups names = { 0 };
	int err = 0;

	/* From the newest on: those with most accesses now come first. */
	for (size_t i = count; !err && i--;) {
		const struct report_cgroups *rows = &samples[i].cgroups;

		if (!history_cgroups_are_new(known, rows))
			continue;
		if (!names.count)
			err = client_cgroups(client, &names);
		if (!err)
			err = history_cgroups_add(known, rows, &names);
	}
	report_free_cgroups(&names);
	return err;
}

int history_apply_cgroups(struct client *client, struct history_choice *choice,
			  struct report_sample *samples, size_t count)
{
	int err;

	if (!choice->cgroups.pattern)
		return 0;
	err = add_cgroups(client, &choice->cgroups, samples, count);
	for (size_t i = 0; !err && i < count; i++)
		err = history_cgroups_apply(&choice->cgroups, &samples[i]);
	return err;
}

void history_note_no_cgroup(const struct history_choice *choice)
{
	pr_notice("no sample of that time has a cgroup %s: samples have the %llu with most accesses (sample_cgroups); numatrace cgroups lists all",
		  choice->cgroups.pattern,
		  (unsigned long long)choice->cgroups.most);
}

void history_notes(const struct history_choice *choice,
		   const struct metric_machine *machine,
		   const struct report_info *info)
{
	note_nodes(choice, machine);
	if (of_accesses(choice))
		note_accesses(info);
	if (choice->cgroups.pattern)
		note_hook(info, "access");
	if (choice->cgroups.pattern &&
	    (begins(choice, "numa_") || begins(choice, "migrate_")))
		note_hook(info, "outcome");
	if (begins(choice, "alloc_") && machine->no_allocations)
		pr_notice("allocations are not counted; sysctl vm.numa_stat=1");
	if (!begins(choice, "migrations_"))
		return;
	note_hook(info, "migration");
	if (!report_samples_have_matrices(info))
		pr_notice("samples have no matrix of migrations on machines with node numbers above %d; numatrace matrix migration has it",
			  REPORT_MATRIX_NODES - 1);
}

static bool is_among(const uint32_t *nodes, size_t count, uint32_t id)
{
	for (size_t i = 0; i < count; i++)
		if (nodes[i] == id)
			return true;
	return false;
}

static int compare(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static bool is_wanted(const struct history_choice *choice, uint32_t id)
{
	return !choice->nodes || is_among(choice->node, choice->nodes, id);
}

static int add_node(struct history_view *view, uint32_t id)
{
	/* Room for the sum, too. */
	uint32_t *grown =
		reallocarray(view->node, view->nodes + 2, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	view->node = grown;
	grown[view->nodes++] = id;
	return 0;
}

static int add_nodes(struct history_view *view,
		     const struct report_nodes *nodes)
{
	int err = 0;

	for (size_t i = 0; !err && i < nodes->count; i++) {
		uint32_t id = nodes->node[i].id;

		if (is_wanted(&view->choice, id) &&
		    !is_among(view->node, view->nodes, id))
			err = add_node(view, id);
	}
	return err;
}

int history_find_nodes(struct history_view *view,
		       const struct report_sample *samples, size_t count)
{
	const struct history_choice *choice = &view->choice;
	int err = 0;

	view->nodes = 0;
	for (size_t i = 0; !err && i < count; i++)
		err = add_nodes(view, &samples[i].nodes);
	if (err)
		return err;
	if (view->nodes)
		qsort(view->node, view->nodes, sizeof(*view->node), compare);
	/* The sum over a single node would say nothing new. */
	if (!choice->nodes && !choice->cgroups.pattern && view->nodes > 1)
		view->node[view->nodes++] = REPORT_ALL_NODES;
	return 0;
}

struct history_key history_key(const struct history_choice *choice,
			       const struct metric *metric, uint32_t node)
{
	const struct history_cgroups *cgroups = &choice->cgroups;

	return (struct history_key){
		.metric = metric,
		.node = cgroups->pattern ? REPORT_ALL_NODES : node,
		.cgroup = cgroups->pattern ? &cgroups->cgroup[node] : NULL,
	};
}

struct history_value *history_values(const struct history_view *view,
				     const struct report_sample *growth)
{
	const struct history_choice *choice = &view->choice;
	size_t count = choice->metrics * view->nodes;
	struct history_value *values = calloc(count + 1, sizeof(*values));

	for (size_t i = 0; values && i < count; i++) {
		const struct metric *metric =
			choice->metric[i % choice->metrics];
		uint32_t node = view->node[i / choice->metrics];
		struct history_value *value = &values[i];

		value->key = history_key(choice, metric, node);
		value->growth = growth;
		value->now = view->now;
		value->defined = metric_value(metric, &view->machine, growth,
					      node, &value->value);
	}
	return values;
}
