// SPDX-License-Identifier: GPL-2.0
/*
 * How a cpuset can be had: what is found, and what it means for the processes.
 */
#include "cpuset.h"

#include "cgroup_file.h"
#include "cgroups.h"
#include "cpuset_choose.h"
#include "file.h"
#include "printable.h"
#include "process_list.h"
#include "systemctl.h"
#include "text.h"
#include "why.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#define TEXT_LIMITS                                                            \
	"processes leave the cgroup %s for %s until that is undone: its other limits do not hold for them"
#define TEXT_OLD                                                               \
	"this systemd does not know AllowedMemoryNodes=, which came with 244"

#define TEXT_NOT_COVERED "memory allocated from now on is not covered: "
#define TEXT_NOT_TEXT                                                          \
	TEXT_NOT_COVERED                                                       \
	"the name of the cgroup %s is no text in UTF-8 that can be printed, and could not be written down for undo; give it another name"
#define TEXT_NOT_READ                                                          \
	TEXT_NOT_COVERED                                                       \
	"the cpuset of the cgroup %s, which undo would restore, cannot be read: %s"

/* The line of /proc/cgroups tells a hierarchy of v1, or 0. */
static bool belongs_to_v1(void)
{
	char *text = file_read("/proc/cgroups");
	const char *line = text ? strstr(text, "\ncpuset\t") : NULL;
	bool v1 = line && atoi(line + strlen("\ncpuset\t"));

	free(text);
	return v1;
}

static bool has_controller(const char *mount)
{
	char *text = cgroup_file_read(mount, "/", "cgroup.controllers");
	bool has = text && cgroup_file_has_word(text, "cpuset");

	free(text);
	return has;
}

static bool is_delegated(const char *mount, const char *cgroup)
{
	static const char *const names[] = { "user.delegate",
					     "trusted.delegate" };
	char path[PATH_MAX], value[2];

	snprintf(path, sizeof(path), "%s%s", mount, cgroup);
	for (size_t i = 0; i < 2; i++)
		if (getxattr(path, names[i], value, sizeof(value)) == 1 &&
		    *value == '1')
			return true;
	return false;
}

/* Processes that live in it, or below it. */
static size_t count_inside(const struct process_list *list, const char *cgroup)
{
	size_t count = 0;

	for (size_t i = 0; i < list->count; i++)
		count += !list->process[i].ended && list->process[i].cgroup &&
			 process_list_inside(list->process[i].cgroup, cgroup);
	return count;
}

static bool is_threaded(const char *mount, const char *cgroup)
{
	char *type = cgroup_file_read(mount, cgroup, "cgroup.type");
	bool threaded = type && strcmp(type, "domain");

	free(type);
	return threaded;
}

/**
 * struct survey - what is looked at
 * @mount: where cgroup v2 is
 * @target: the processes
 * @list: all processes
 * @facts: what was found
 * @unit: for @facts, to be freed
 */
struct survey {
	char *mount;
	const struct target *target;
	struct process_list list;
	struct cpuset_facts facts;
	char *unit;
};

static const struct listed_process *
survey_process(const struct survey *survey,
	       const struct target_process *process)
{
	const struct listed_process *found =
		process_list_find(&survey->list, process->pid);

	return found && found->start_time == process->start_time &&
			       found->cgroup
		       ? found
		       : NULL;
}

/* The unit of all of them, or none. */
static void add_unit(struct survey *survey, const char *cgroup, bool first)
{
	char *unit = cpuset_unit_path(cgroup);

	if (first) {
		survey->unit = unit;
		return;
	}
	if (!text_same(unit, survey->unit))
		survey->facts.several = true;
	free(unit);
}

/* How many were found. */
static size_t survey_processes(struct survey *survey)
{
	struct cpuset_facts *facts = &survey->facts;
	size_t found = 0;

	for (size_t i = 0; i < survey->target->count; i++) {
		const struct listed_process *process =
			survey_process(survey, &survey->target->process[i]);

		if (!process)
			continue;
		if (!facts->threaded &&
		    is_threaded(survey->mount, process->cgroup))
			facts->threaded = process->cgroup;
		if (!facts->cgroup)
			add_unit(survey, process->cgroup, !found);
		found++;
	}
	return found;
}

static void survey_unit(struct survey *survey, size_t found)
{
	struct cpuset_facts *facts = &survey->facts;

	if (facts->cgroup)
		survey->unit = cpuset_unit_path(facts->cgroup);
	if (!survey->unit || facts->several)
		return;
	facts->unit = survey->unit;
	facts->whole = count_inside(&survey->list, survey->unit) == found;
	facts->delegated = is_delegated(survey->mount, survey->unit);
}

/* In a namespace of cgroups the root that we see can be any cgroup. */
static bool is_crowded(const char *mount)
{
	char *procs, *enabled;
	bool crowded;

	if (!cgroup_file_exists(mount, "/", "cgroup.type"))
		return false;
	procs = cgroup_file_read(mount, "/", "cgroup.procs");
	enabled = cgroup_file_read(mount, "/", "cgroup.subtree_control");
	crowded = procs && *procs && enabled &&
		  !cgroup_file_has_word(enabled, "cpuset");
	free(procs);
	free(enabled);
	return crowded;
}

static void survey_files(struct survey *survey)
{
	struct cpuset_facts *facts = &survey->facts;
	const char *mount = survey->mount;

	facts->files = facts->cgroup &&
		       cgroup_file_exists(mount, facts->cgroup, "cpuset.mems");
	if (facts->files) {
		facts->write = cgroup_file_writable(mount, facts->cgroup,
						    "cpuset.mems");
		return;
	}
	facts->write = cgroup_file_writable(mount, "/", "cgroup.procs");
	facts->crowded = is_crowded(mount);
}

static int survey_begin(struct survey *survey, const struct target *target)
{
	struct cpuset_facts *facts = &survey->facts;

	*survey = (struct survey){
		.mount = cgroups_mount(),
		.target = target,
	};
	facts->mounted = survey->mount;
	facts->v1 = belongs_to_v1();
	facts->controller = survey->mount && has_controller(survey->mount);
	facts->systemd = !access("/run/systemd/system", F_OK);
	facts->cgroup = target->cgroup;
	facts->root = !geteuid();
	if (!facts->controller)
		return 0;
	if (process_list_read(&survey->list))
		return -ENOMEM;
	survey_unit(survey, survey_processes(survey));
	survey_files(survey);
	return 0;
}

static void survey_end(struct survey *survey)
{
	process_list_free(&survey->list);
	free(survey->mount);
	free(survey->unit);
}

/* What systemctl says is then why not. */
static int plan_systemd(const struct survey *survey, struct cpuset_plan *plan)
{
	char *said;

	plan->unit = strdup(cpuset_unit_name(survey->unit));
	plan->cgroup = strdup(survey->unit);
	if (!plan->unit || !plan->cgroup)
		return -ENOMEM;
	if (!systemctl_get(plan->unit, &plan->cpus_before, &plan->nodes_before,
			   &said) &&
	    plan->cpus_before && plan->nodes_before)
		return 0;
	plan->way = CPUSET_NONE;
	why_not(&plan->why, 0, TEXT_NOT_COVERED "%s", said ? said : TEXT_OLD);
	free(said);
	return plan->why ? 0 : -ENOMEM;
}

static int plan_delegated(const struct survey *survey, struct cpuset_plan *plan)
{
	const char *cgroup = survey->target->cgroup;

	plan->cgroup = strdup(cgroup);
	if (!plan->cgroup)
		return -ENOMEM;
	plan->cpus_before =
		cgroup_file_read(survey->mount, cgroup, "cpuset.cpus");
	if (plan->cpus_before)
		plan->nodes_before =
			cgroup_file_read(survey->mount, cgroup, "cpuset.mems");
	if (plan->nodes_before)
		return 0;
	plan->way = CPUSET_NONE;
	return why_not(&plan->why, 0, TEXT_NOT_READ, cgroup, strerror(errno));
}

static int add_former(struct cpuset_plan *plan,
		      const struct target_process *process, const char *cgroup)
{
	struct cpuset_former *former = &plan->former[plan->count++];

	former->process = *process;
	former->process.comm = strdup(process->comm);
	former->cgroup = strdup(cgroup);
	return former->process.comm && former->cgroup ? 0 : -ENOMEM;
}

/* What the cgroup has beside the cpuset is lost to them meanwhile. */
static int warn_of_limits(struct cpuset_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		if (strcmp(plan->former[i].cgroup, "/"))
			return why_not(&plan->why, 0, TEXT_LIMITS,
				       plan->former[i].cgroup, plan->cgroup);
	return 0;
}

/* What is there already is that of an action of another journal. */
static char *free_cgroup(const char *mount, const char *name)
{
	char *cgroup;
	int length = asprintf(&cgroup, "%s/%s", CPUSET_ROOT, name);

	for (unsigned int i = 2;
	     length >= 0 && cgroup_file_exists(mount, cgroup, ""); i++) {
		free(cgroup);
		length = asprintf(&cgroup, "%s/%s-%u", CPUSET_ROOT, name, i);
	}
	return length < 0 ? NULL : cgroup;
}

static int plan_own(const struct survey *survey, const char *name,
		    struct cpuset_plan *plan)
{
	const struct target *target = survey->target;
	int err = 0;

	plan->former = calloc(target->count + 1, sizeof(*plan->former));
	plan->cgroup = free_cgroup(survey->mount, name);
	if (!plan->former || !plan->cgroup)
		return -ENOMEM;
	for (size_t i = 0; !err && i < target->count; i++) {
		const struct listed_process *process =
			survey_process(survey, &target->process[i]);

		if (process)
			err = add_former(plan, &target->process[i],
					 process->cgroup);
	}
	return err ? err : warn_of_limits(plan);
}

static int plan_way(const struct survey *survey, const char *name,
		    struct cpuset_plan *plan)
{
	switch (plan->way) {
	case CPUSET_SYSTEMD:
		return plan_systemd(survey, plan);
	case CPUSET_DELEGATED:
		return plan_delegated(survey, plan);
	case CPUSET_OWN:
		return plan_own(survey, name, plan);
	default:
		return 0;
	}
}

static bool is_control(char byte)
{
	return (unsigned char)byte < ' ' || byte == '\x7f';
}

/* 1 or 0, or -ENOMEM. The journal has it as text, and has to have it as is. */
static int is_text(const char *name)
{
	char *copy = printable_utf8(name);
	int same = copy ? !strcmp(copy, name) : -ENOMEM;

	free(copy);
	for (; same > 0 && *name; name++)
		same = !is_control(*name);
	return same;
}

static int check_name(struct cpuset_plan *plan, const char *name)
{
	int text = is_text(name);

	if (text)
		return text < 0 ? text : 0;
	plan->way = CPUSET_NONE;
	free(plan->why);
	return why_not(&plan->why, 0, TEXT_NOT_TEXT, name);
}

static int check_names(struct cpuset_plan *plan)
{
	int err = 0;

	if (plan->way != CPUSET_NONE)
		err = check_name(plan, plan->cgroup);
	for (size_t i = 0; !err && plan->way != CPUSET_NONE && i < plan->count;
	     i++)
		err = check_name(plan, plan->former[i].cgroup);
	return err;
}

int cpuset_plan(const struct target *target, const char *name,
		struct cpuset_plan *plan)
{
	struct survey survey;
	int err;

	*plan = (struct cpuset_plan){ 0 };
	err = survey_begin(&survey, target);
	if (!err)
		err = cpuset_choose(&survey.facts, &plan->way, &plan->why);
	if (!err)
		err = plan_way(&survey, name, plan);
	if (!err)
		err = check_names(plan);
	survey_end(&survey);
	if (err)
		cpuset_free(plan);
	return err;
}

void cpuset_free(struct cpuset_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		free(plan->former[i].process.comm);
		free(plan->former[i].cgroup);
	}
	free(plan->former);
	free(plan->why);
	free(plan->unit);
	free(plan->cgroup);
	free(plan->cpus_before);
	free(plan->nodes_before);
	*plan = (struct cpuset_plan){ 0 };
}
