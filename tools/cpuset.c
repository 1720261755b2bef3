// SPDX-License-Identifier: GPL-2.0
#include "cpuset.h"

#include "cgroup_file.h"
#include "cgroups.h"
#include "cpuset_keep.h"
#include "cpuset_own.h"
#include "file.h"
#include "policy.h"
#include "systemctl.h"
#include "text.h"
#include "why.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CPUS_FILE "cpuset.cpus"
#define NODES_FILE "cpuset.mems"
#define CPUS_EFFECTIVE "cpuset.cpus.effective"
#define NODES_EFFECTIVE "cpuset.mems.effective"

/* systemd answers before it has written the files: this long at most. */
#define PAUSE_NS 10000000
#define SYSTEMD_PAUSES 500

#define TEXT_FEW_NODES                                                         \
	"the cgroup above %s has memory of the nodes %s only, not all of %s; change its cpuset.mems first, or choose among these"
#define TEXT_NO_CPUS                                                           \
	"the cgroup above %s has the CPUs %s, none of %s; change its cpuset.cpus first, or choose among these"
#define TEXT_NOT_WRITTEN "%s of the cgroup %s could not be \"%s\": %s"
#define TEXT_NOT_READ "%s of the cgroup %s could not be read: %s"
#define TEXT_LESS                                                              \
	"the kernel gave the cgroup %s only the %s %s of %s: those above it, or what is online, have no more"
#define TEXT_NOT_IN_FORCE                                                      \
	"the cpuset of the cgroup %s did not come into force: is the cpuset controller enabled for it, and is what was asked for online?"
#define TEXT_UNMOUNTED "cgroup v2 is not mounted any more"

/**
 * struct request - what is asked for
 * @mount: where cgroup v2 is
 * @plan: how
 * @cpus: as a list, or NULL
 * @nodes: as a list, or NULL
 */
struct request {
	char *mount;
	const struct cpuset_plan *plan;
	char *cpus;
	char *nodes;
};

static int request_begin(struct request *request,
			 const struct cpuset_plan *plan,
			 const struct bitmask *cpus,
			 const struct bitmask *nodes)
{
	*request = (struct request){
		.mount = cgroups_mount(),
		.plan = plan,
		.cpus = cpus ? policy_list(cpus) : NULL,
		.nodes = nodes ? policy_list(nodes) : NULL,
	};
	return (cpus && !request->cpus) || (nodes && !request->nodes) ? -ENOMEM
								      : 0;
}

static void request_end(struct request *request)
{
	free(request->mount);
	free(request->cpus);
	free(request->nodes);
}

/* How many of @wanted are in @list. */
static unsigned int count_common(const struct bitmask *wanted,
				 const struct bitmask *list)
{
	unsigned int count = 0;

	for (unsigned int i = 0; list && i < wanted->size; i++)
		count += numa_bitmask_isbitset(wanted, i) &&
			 numa_bitmask_isbitset(list, i);
	return count;
}

/*
 * How many of @wanted the cgroup has, and its list to be freed; those above it
 * count where it has none.
 */
static unsigned int count_effective(const char *mount, const char *cgroup,
				    const struct bitmask *wanted, bool nodes,
				    char **list)
{
	struct bitmask *effective = NULL;
	unsigned int count;

	*list = cgroup_file_nearest(mount, cgroup,
				    nodes ? NODES_EFFECTIVE : CPUS_EFFECTIVE);
	if (*list && **list)
		effective = nodes ? numa_parse_nodestring_all(*list)
				  : numa_parse_cpustring_all(*list);
	count = count_common(wanted, effective);
	if (effective)
		numa_bitmask_free(effective);
	return count;
}

/* The cgroup above can have no more nodes, and must have one of the CPUs. */
static int check_above(const struct request *request,
		       const struct bitmask *cpus, const struct bitmask *nodes,
		       char **why)
{
	char *above = cgroup_file_parent(request->plan->cgroup), *list = NULL;
	int err = above ? 0 : -ENOMEM;

	if (!err && nodes &&
	    count_effective(request->mount, above, nodes, true, &list) <
		    numa_bitmask_weight(nodes))
		err = why_not(why, -EINVAL, TEXT_FEW_NODES,
			      request->plan->cgroup, list ? list : "none",
			      request->nodes);
	free(list);
	list = NULL;
	if (!err && cpus &&
	    !count_effective(request->mount, above, cpus, false, &list))
		err = why_not(why, -EINVAL, TEXT_NO_CPUS, request->plan->cgroup,
			      list ? list : "none", request->cpus);
	free(list);
	free(above);
	return err;
}

static int write_file(const char *mount, const char *cgroup, const char *name,
		      const char *list, char **why)
{
	int err = list ? cgroup_file_write(mount, cgroup, name, list) : 0;

	return err ? why_not(why, err, TEXT_NOT_WRITTEN, name, cgroup, list,
			     strerror(-err))
		   : 0;
}

static int write_files(const struct request *request, char **why)
{
	const char *cgroup = request->plan->cgroup;
	int err = write_file(request->mount, cgroup, NODES_FILE, request->nodes,
			     why);

	return err ? err
		   : write_file(request->mount, cgroup, CPUS_FILE,
				request->cpus, why);
}

static int carry_out(const struct request *request, char **why)
{
	const struct cpuset_plan *plan = request->plan;

	switch (plan->way) {
	case CPUSET_SYSTEMD:
		return systemctl_set(plan->unit, request->cpus, request->nodes,
				     why);
	case CPUSET_DELEGATED:
		return write_files(request, why);
	case CPUSET_OWN:
		return cpuset_own_make(request->mount, plan, request->cpus,
				       request->nodes, why);
	default:
		return why_not(why, -ENOTSUP, "there is no cpuset to set");
	}
}

static int take_back(const struct request *request, char **why);

/* All of it, some or nothing came of @wanted; 0, or -EIO for nothing. */
static int verify_mask(const struct request *request,
		       const struct bitmask *wanted, bool nodes, char **why)
{
	const char *word = nodes ? "nodes" : "CPUs";
	const char *asked = nodes ? request->nodes : request->cpus;
	const char *cgroup = request->plan->cgroup;
	unsigned int count;
	char *list;
	int err = 0;

	count = count_effective(request->mount, cgroup, wanted, nodes, &list);
	if (!count) {
		free(*why);
		err = why_not(why, -EIO,
			      "the kernel left the cgroup %s the %s %s, none of %s",
			      cgroup, word, list ? list : "of those above",
			      asked);
	} else if (count < numa_bitmask_weight(wanted) && !*why) {
		why_not(why, 0, TEXT_LESS, cgroup, word, list, asked);
	}
	free(list);
	return err;
}

/* Whether what the cgroup has is within what was asked for. */
static bool is_in_force(const struct request *request,
			const struct bitmask *wanted, bool nodes)
{
	char *list = cgroup_file_read(request->mount, request->plan->cgroup,
				      nodes ? NODES_EFFECTIVE : CPUS_EFFECTIVE);
	struct bitmask *effective = NULL;
	bool inside;

	if (list && *list)
		effective = nodes ? numa_parse_nodestring_all(list)
				  : numa_parse_cpustring_all(list);
	free(list);
	if (!effective)
		return false;
	inside = count_common(effective, wanted) ==
		 numa_bitmask_weight(effective);
	numa_bitmask_free(effective);
	return inside;
}

static bool are_in_force(const struct request *request,
			 const struct bitmask *cpus,
			 const struct bitmask *nodes)
{
	return (!cpus || is_in_force(request, cpus, false)) &&
	       (!nodes || is_in_force(request, nodes, true));
}

static bool wait_in_force(const struct request *request,
			  const struct bitmask *cpus,
			  const struct bitmask *nodes)
{
	const struct timespec pause = { .tv_nsec = PAUSE_NS };

	for (int i = 0; i < SYSTEMD_PAUSES; i++) {
		if (are_in_force(request, cpus, nodes))
			return true;
		nanosleep(&pause, NULL);
	}
	return false;
}

static int verify(const struct request *request, const struct bitmask *cpus,
		  const struct bitmask *nodes, char **why)
{
	int err = 0;

	if (request->plan->way == CPUSET_SYSTEMD)
		wait_in_force(request, cpus, nodes);
	if (!are_in_force(request, cpus, nodes))
		return why_not(why, -EIO, TEXT_NOT_IN_FORCE,
			       request->plan->cgroup);
	if (nodes)
		err = verify_mask(request, nodes, true, why);
	if (!err && cpus)
		err = verify_mask(request, cpus, false, why);
	return err;
}

/* Undoes what has failed in the middle; the first reason is the one to tell. */
static int apply(const struct request *request, const struct bitmask *cpus,
		 const struct bitmask *nodes, char **why)
{
	struct cpuset_kept kept;
	char *ignored = NULL;
	int err;

	err = check_above(request, cpus, nodes, why);
	if (!err)
		err = cpuset_keep(request->mount, request->plan, &kept);
	if (err)
		return err;
	err = carry_out(request, why);
	if (!err)
		err = verify(request, cpus, nodes, why);
	if (err && request->plan->way != CPUSET_OWN)
		take_back(request, &ignored);
	else if (err == -EIO)
		take_back(request, &ignored);
	free(ignored);
	cpuset_keep_end(request->mount, &kept, cpus, why);
	return err;
}

int cpuset_apply(const struct cpuset_plan *plan, const struct bitmask *cpus,
		 const struct bitmask *nodes, char **why)
{
	struct request request;
	int err;

	*why = NULL;
	if (!cpus && !nodes)
		return 0;
	err = request_begin(&request, plan, cpus, nodes);
	if (!err && !request.mount)
		err = why_not(why, -ENODEV, TEXT_UNMOUNTED);
	if (!err)
		err = apply(&request, cpus, nodes, why);
	request_end(&request);
	return err;
}

/*
 * All that the machine can ever have, to be freed. In place of an empty list,
 * which the kernel refuses while processes are in the cgroup: it leaves them
 * what those above it have, as an empty one does.
 */
static char *read_possible(bool nodes)
{
	char *list = file_read(nodes ? "/sys/devices/system/node/possible"
				     : "/sys/devices/system/cpu/possible");

	if (list)
		list[strcspn(list, "\n")] = '\0';
	return list;
}

static int lift_file(const char *mount, const char *cgroup, bool nodes,
		     char **why)
{
	const char *name = nodes ? NODES_FILE : CPUS_FILE;
	char *possible;
	int err;

	if (!cgroup_file_write(mount, cgroup, name, ""))
		return 0;
	possible = read_possible(nodes);
	err = write_file(mount, cgroup, name, possible ? possible : "", why);
	free(possible);
	return err;
}

/*
 * A cgroup that has gone has no limits, and one that has the file no more lost
 * them with the controller.
 */
static int explain_unread(const char *mount, const char *cgroup,
			  const char *name, int err, char **why)
{
	if (err == ENOENT || err == ENODEV ||
	    !cgroup_file_exists(mount, cgroup, ""))
		return 0;
	return why_not(why, -err, TEXT_NOT_READ, name, cgroup, strerror(err));
}

/* What is as it was is not written: others may have their reasons. */
static int restore_file(const char *mount, const char *cgroup, bool nodes,
			const char *before, char **why)
{
	const char *name = nodes ? NODES_FILE : CPUS_FILE;
	char *now = cgroup_file_read(mount, cgroup, name);
	int err = 0;

	if (before && !now)
		err = explain_unread(mount, cgroup, name, errno, why);
	else if (before && strcmp(now, before))
		err = *before ? write_file(mount, cgroup, name, before, why)
			      : lift_file(mount, cgroup, nodes, why);
	free(now);
	return err;
}

static int restore_files(const char *mount, const struct cpuset_plan *plan,
			 char **why)
{
	int err = restore_file(mount, plan->cgroup, false, plan->cpus_before,
			       why);
	char *second = NULL;
	int also = restore_file(mount, plan->cgroup, true, plan->nodes_before,
				err ? &second : why);

	free(second);
	return err ? err : also;
}

/* systemd writes the file after it has answered. */
static void wait_for_file(const char *mount, const char *cgroup,
			  const char *name, const char *list)
{
	const struct timespec pause = { .tv_nsec = PAUSE_NS };
	bool there = false;

	for (int i = 0; !there && i < SYSTEMD_PAUSES; i++) {
		char *now = cgroup_file_read(mount, cgroup, name);

		there = !now || text_same(now, list);
		free(now);
		if (!there)
			nanosleep(&pause, NULL);
	}
}

/* By way of all there is: systemd's own empty list fails, too, and silently. */
static int lift_property(const char *mount, const struct cpuset_plan *plan,
			 bool nodes, char **why)
{
	char *possible = read_possible(nodes);
	int err = possible ? systemctl_set(plan->unit, nodes ? NULL : possible,
					   nodes ? possible : NULL, why)
			   : 0;

	if (!err && possible)
		wait_for_file(mount, plan->cgroup,
			      nodes ? NODES_FILE : CPUS_FILE, possible);
	free(possible);
	return err ? err
		   : systemctl_set(plan->unit, nodes ? NULL : "",
				   nodes ? "" : NULL, why);
}

static int restore_property(const char *mount, const struct cpuset_plan *plan,
			    const char *now, bool nodes, char **why)
{
	const char *before = nodes ? plan->nodes_before : plan->cpus_before;

	if (!before || text_same(now, before))
		return 0;
	if (!*before)
		return lift_property(mount, plan, nodes, why);
	return systemctl_set(plan->unit, nodes ? NULL : before,
			     nodes ? before : NULL, why);
}

/* Its properties outlive that it stops; those of a transient one do not. */
static int restore_unit(const char *mount, const struct cpuset_plan *plan,
			char **why)
{
	char *cpus, *nodes;
	int err = systemctl_get(plan->unit, &cpus, &nodes, why);

	if (err == -ESRCH) {
		free(*why);
		*why = NULL;
		return 0;
	}
	if (!err)
		err = restore_property(mount, plan, cpus, false, why);
	if (!err)
		err = restore_property(mount, plan, nodes, true, why);
	free(cpus);
	free(nodes);
	return err;
}

static int take_back(const struct request *request, char **why)
{
	const struct cpuset_plan *plan = request->plan;

	switch (plan->way) {
	case CPUSET_SYSTEMD:
		return restore_unit(request->mount, plan, why);
	case CPUSET_DELEGATED:
		return restore_files(request->mount, plan, why);
	case CPUSET_OWN:
		return cpuset_own_remove(request->mount, plan, why);
	default:
		return 0;
	}
}

int cpuset_restore(const struct cpuset_plan *plan, char **why)
{
	struct request request;
	struct cpuset_kept kept;
	int err;

	*why = NULL;
	if (plan->way == CPUSET_NONE)
		return 0;
	request_begin(&request, plan, NULL, NULL);
	if (!request.mount)
		return why_not(why, -ENODEV, TEXT_UNMOUNTED);
	err = cpuset_keep(request.mount, plan, &kept);
	if (!err) {
		err = take_back(&request, why);
		cpuset_keep_end(request.mount, &kept, false, why);
	}
	request_end(&request);
	return err;
}
