// SPDX-License-Identifier: GPL-2.0
#include "cgroup_columns.h"
#include "client.h"
#include "command.h"
#include "container.h"
#include "locality.h"
#include "notes.h"
#include "options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	OPTION_CONTAINERS = OPTION_OWN,
	OPTION_REMOVED,
	OPTION_SORT,
};

static const struct option own_options[] = {
	{ "containers", no_argument, NULL, OPTION_CONTAINERS },
	{ "removed", no_argument, NULL, OPTION_REMOVED },
	{ "sort", required_argument, NULL, OPTION_SORT },
	{ 0 },
};

/* What the options ask for. */
static struct {
	bool containers;
	bool removed;
	const char *sort;
} wanted;

static void set_option(int c, const char *argument)
{
	if (c == OPTION_CONTAINERS)
		wanted.containers = true;
	else if (c == OPTION_REMOVED)
		wanted.removed = true;
	else
		wanted.sort = argument;
}

/* The lines to print. What they point to that no report has, is theirs. */
struct lines {
	size_t count;
	struct cgroup_row *row;
	size_t owned;
	char **paths;
	struct report_usage *sums;
	size_t *parent;
};

static void free_lines(struct lines *lines)
{
	for (size_t i = 0; i < lines->owned; i++) {
		free(lines->paths[i]);
		if (lines->sums)
			free(lines->sums[i].share);
	}
	free(lines->paths);
	free(lines->sums);
	free(lines->row);
	free(lines->parent);
}

static size_t count_slashes(const struct report_cgroups *cgroups)
{
	size_t count = 0;

	for (size_t i = 0; i < cgroups->count; i++)
		for (const char *c = cgroups->cgroup[i].path; c && *c; c++)
			count += *c == '/';
	return count;
}

/* Room for all cgroups and all of their parents. */
static int make_room(struct lines *lines, const struct report_cgroups *cgroups)
{
	size_t more = count_slashes(cgroups) + 1;
	size_t room = cgroups->count + more;

	lines->row = calloc(room, sizeof(*lines->row));
	lines->parent = calloc(room, sizeof(*lines->parent));
	lines->paths = calloc(room, sizeof(*lines->paths));
	lines->sums = calloc(room, sizeof(*lines->sums));
	return lines->row && lines->parent && lines->paths && lines->sums
		       ? 0
		       : -ENOMEM;
}

static bool is_current(const struct report_cgroup *cgroup)
{
	return cgroup->kind == NUMATRACE_ROW_KIND_CURRENT;
}

static bool is_shown(const struct report_cgroup *cgroup)
{
	return is_current(cgroup) ||
	       (cgroup->kind == NUMATRACE_ROW_KIND_ENDED && wanted.removed);
}

static void add_line(struct lines *lines, const struct report_cgroup *cgroup)
{
	lines->row[lines->count++] = (struct cgroup_row){
		.cgroup = cgroup,
		.usage = &cgroup->usage,
		.path = cgroup->path,
	};
}

/* A line without numbers for each directory above. */
static int add_parents(struct lines *lines, const char *path)
{
	for (const char *slash = path; (slash = strchr(slash, '/')); slash++) {
		size_t length = slash == path ? 1 : slash - path;
		char *parent;

		if (!path[length])
			break;
		parent = strndup(path, length);
		if (!parent)
			return -ENOMEM;
		lines->paths[lines->owned++] = parent;
		lines->row[lines->count++].path = parent;
	}
	return 0;
}

/* A slash comes before whatever else may be in a name: parents come first. */
static int compare_paths(const char *x, const char *y)
{
	while (*x && *x == *y)
		x++, y++;
	if (*x == *y)
		return 0;
	if (!*x || !*y)
		return *x ? 1 : -1;
	if (*x == '/' || *y == '/')
		return *y == '/' ? 1 : -1;
	return (unsigned char)*x > (unsigned char)*y ? 1 : -1;
}

/* Those of which no path is known come last; among equals those with numbers. */
static int compare_lines(const void *a, const void *b)
{
	const struct cgroup_row *x = a, *y = b;
	int order;

	if (!x->path || !y->path)
		return !x->path - !y->path;
	order = compare_paths(x->path, y->path);
	return order ? order : !x->cgroup - !y->cgroup;
}

static bool same_path(const struct cgroup_row *x, const struct cgroup_row *y)
{
	return x->path && y->path && !strcmp(x->path, y->path);
}

/* A parent that has a line of its own needs no other. */
static void drop_doubles(struct lines *lines)
{
	size_t kept = 0;

	for (size_t i = 0; i < lines->count; i++) {
		struct cgroup_row *row = &lines->row[i];

		if (!row->cgroup && kept &&
		    same_path(row, &lines->row[kept - 1]))
			continue;
		lines->row[kept++] = *row;
	}
	lines->count = kept;
}

static bool is_parent(const char *parent, const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t length = slash ? slash - path : 0;

	if (!slash || !slash[1])
		return false;
	if (!length)
		length = 1;
	return strlen(parent) == length && !memcmp(parent, path, length);
}

static void find_parents(struct lines *lines)
{
	for (size_t i = 0; i < lines->count; i++) {
		const char *path = lines->row[i].path;
		size_t at = i;

		lines->parent[i] = SIZE_MAX;
		while (path && at-- > 0) {
			if (is_parent(lines->row[at].path, path)) {
				lines->parent[i] = at;
				break;
			}
		}
	}
}

static int make_tree(struct lines *lines, const struct report_cgroups *cgroups)
{
	int err = 0;

	for (size_t i = 0; !err && i < cgroups->count; i++) {
		const struct report_cgroup *cgroup = &cgroups->cgroup[i];

		if (!is_shown(cgroup))
			continue;
		add_line(lines, cgroup);
		if (cgroup->path)
			err = add_parents(lines, cgroup->path);
	}
	qsort(lines->row, lines->count, sizeof(*lines->row), compare_lines);
	drop_doubles(lines);
	find_parents(lines);
	return err;
}

static struct cgroup_row *find_line(struct lines *lines, const char *path,
				    size_t length)
{
	for (size_t i = 0; i < lines->count; i++)
		if (!strncmp(lines->row[i].path, path, length) &&
		    !lines->row[i].path[length])
			return &lines->row[i];
	return NULL;
}

/* A new line for the container that @cgroup is, or lies inside of. */
static struct cgroup_row *add_container(struct lines *lines,
					const struct report_cgroup *cgroup,
					size_t length)
{
	char *path = strndup(cgroup->path, length);
	struct cgroup_row *row = &lines->row[lines->count];

	if (!path)
		return NULL;
	lines->sums[lines->owned].outcomes = true;
	row->cgroup = cgroup;
	row->usage = &lines->sums[lines->owned];
	row->path = path;
	lines->paths[lines->owned++] = path;
	lines->count++;
	return row;
}

/* It exists as long as anything in it does; else it is its own cgroup. */
static bool stands_better(const struct report_cgroup *cgroup,
			  const struct cgroup_row *row)
{
	if (is_current(cgroup) != is_current(row->cgroup))
		return is_current(cgroup);
	return !strcmp(cgroup->path, row->path);
}

static int add_to_container(struct lines *lines,
			    const struct report_cgroup *cgroup)
{
	struct container container;
	struct cgroup_row *row;

	if (!cgroup->path || !container_of_path(cgroup->path, &container) ||
	    (container.kind != CONTAINER_CONTAINER &&
	     container.kind != CONTAINER_MACHINE))
		return 0;
	row = find_line(lines, cgroup->path, container.length);
	if (!row)
		row = add_container(lines, cgroup, container.length);
	if (!row)
		return -ENOMEM;
	if (stands_better(cgroup, row))
		row->cgroup = cgroup;
	return locality_add_usage((struct report_usage *)row->usage,
				  &cgroup->usage);
}

static int make_list(struct lines *lines, const struct report_cgroups *cgroups)
{
	int err = 0;

	for (size_t i = 0; !err && i < cgroups->count; i++) {
		const struct report_cgroup *cgroup = &cgroups->cgroup[i];

		if (!is_shown(cgroup))
			continue;
		if (wanted.containers)
			err = add_to_container(lines, cgroup);
		else
			add_line(lines, cgroup);
	}
	return err;
}

/* What is in no line of its own; only containers have no such rest. */
static void add_sums(struct lines *lines, const struct report_cgroups *cgroups,
		     bool all)
{
	for (size_t i = 0; i < cgroups->count; i++) {
		const struct report_cgroup *cgroup = &cgroups->cgroup[i];

		if (cgroup_is_single(cgroup) ||
		    (!all && !cgroup->usage.local_faults &&
		     !cgroup->usage.remote_faults))
			continue;
		lines->parent[lines->count] = SIZE_MAX;
		add_line(lines, cgroup);
	}
}

static int print(const struct options *options,
		 const struct output_choice *choice,
		 const struct output_column *sort,
		 const struct report_cgroups *cgroups)
{
	bool table = options->style.format == OUTPUT_TABLE;
	bool tree = table && !wanted.containers && !wanted.sort;
	struct lines lines = { 0 };
	int err = make_room(&lines, cgroups);

	if (!err)
		err = tree ? make_tree(&lines, cgroups)
			   : make_list(&lines, cgroups);
	if (!err && !tree)
		err = output_sort(sort, lines.row, lines.count,
				  sizeof(*lines.row));
	if (!err && !wanted.containers)
		add_sums(&lines, cgroups, !table);
	if (!err)
		err = output_tree(&cgroup_object, choice, &options->style,
				  lines.row, lines.count, sizeof(*lines.row),
				  tree ? lines.parent : NULL);
	free_lines(&lines);
	return err;
}

static int report(struct client *client, const struct options *options,
		  const struct output_choice *choice,
		  const struct output_column *sort)
{
	struct report_info info = { 0 };
	struct report_config config = { 0 };
	struct report_cgroups cgroups = { 0 };
	int err = client_info(client, &info);

	if (!err)
		err = client_config(client, &config);
	if (!err)
		err = client_cgroups(client, &cgroups);
	if (!err)
		err = print(options, choice, sort, &cgroups);
	if (!err) {
		note_accesses(&info);
		note_hook(&info, "access");
		note_tracking(&config, CONFIG_TRACK_CGROUPS);
	}
	report_free_info(&info);
	report_free_cgroups(&cgroups);
	return err;
}

/* For programs, the whole path and what it is. */
static struct options with_path(const struct options *options)
{
	struct options more = *options;

	if (options->style.format != OUTPUT_TABLE && !options->columns)
		more.columns = "+KIND,RUNTIME,POD,ID,PATH";
	return more;
}

static int run(const struct options *options)
{
	const struct options more = with_path(options);
	const struct output_column *sort;
	struct output_choice choice;
	struct client *client;
	int code, err;

	sort = output_find(&cgroup_object,
			   wanted.sort ? wanted.sort : "remote_faults");
	if (!sort)
		return options_wrong(&cmd_cgroups, "unknown column: %s",
				     wanted.sort);
	code = options_columns(&cmd_cgroups, &cgroup_object, &more, &choice);
	if (code >= 0)
		return code;
	client = client_new();
	err = report(client, options, &choice, sort);
	if (err)
		pr_notice("%s", client_error(client));
	note_interruption(client);
	client_free(client);
	output_free_choice(&choice);
	return err ? EXIT_FAILED : EXIT_DONE;
}

static const struct output_object *const listed[] = {
	&cgroup_object,
	NULL,
};

const struct command cmd_cgroups = {
	.name = "cgroups",
	.arguments = "",
	.summary = "Show the cgroups as a tree, or the containers.",
	.notes =
		"An access is a sampled touch of a page (a hinting fault of automatic NUMA\n"
		"balancing), not a load or a store. It belongs to the cgroup that the thread\n"
		"was in then: in the tree each line has its own numbers, without those of the\n"
		"lines below; one without any is there for those below. A container has those\n"
		"of the cgroups inside of it too. The sum of all lines but those of state\n"
		"removed is the access matrix.",
	.objects = listed,
	.own_options = own_options,
	.own_help =
		"     --containers     a list of the containers and machines only\n"
		"     --removed        also the last cgroups that were removed\n"
		"     --sort <column>  a list, sorted by this column\n",
	.set_option = set_option,
	.run = run,
};
