// SPDX-License-Identifier: GPL-2.0
#include "cpuset_choose.h"

#include "why.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof(*(array)))

static bool ends_with(const char *text, size_t length, const char *suffix)
{
	size_t end = strlen(suffix);

	return length > end && !memcmp(text + length - end, suffix, end);
}

static bool is_slice(const char *text, size_t length)
{
	return ends_with(text, length, ".slice");
}

static bool is_leaf(const char *text, size_t length)
{
	static const char *const suffixes[] = {
		".service", ".scope", ".socket", ".mount", ".swap",
	};

	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++)
		if (ends_with(text, length, suffixes[i]))
			return true;
	return false;
}

char *cpuset_unit_path(const char *cgroup)
{
	const char *at = cgroup;
	size_t unit = 0, length;
	bool slice = true;

	while (slice && *at == '/') {
		length = strcspn(++at, "/");
		slice = is_slice(at, length);
		if (slice || is_leaf(at, length))
			unit = at + length - cgroup;
		at += length;
	}
	return unit ? strndup(cgroup, unit) : NULL;
}

/* The underscore is put before what could be one of the kernel's own files. */
const char *cpuset_unit_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	return *name == '_' ? name + 1 : name;
}

#define TEXT_V1                                                                \
	"the cpuset controller belongs to cgroup v1 here, and only that of v2 is used; boot with systemd.unified_cgroup_hierarchy=1, or without systemd with cgroup_no_v1=cpuset"
#define TEXT_NOT_MOUNTED                                                       \
	"cgroup v2 is not mounted; mount it: mount -t cgroup2 none /sys/fs/cgroup"
#define TEXT_NO_CONTROLLER                                                     \
	"cgroup v2 has no cpuset controller here: the kernel lacks CONFIG_CPUSETS, or this container was not given it; run numatrace on the host"
#define TEXT_THREADED                                                          \
	"the cgroup %s is threaded, and memory is that of whole processes; move them to a cgroup whose cgroup.type is domain"
#define TEXT_READ_ONLY                                                         \
	"cgroup v2 is mounted read-only, as in a container without privileges; run numatrace on the host, or in a privileged container"
#define TEXT_NOT_WRITABLE "its cgroup cannot be written to: %s; be root"
#define TEXT_NOT_ROOT "only root may set the properties of %s; be root"
#define TEXT_PART_OF_UNIT                                                      \
	"they are only a part of %s, and systemd sets the cpuset of a unit as a whole; bind unit:%s, or start them in a scope of their own: systemd-run --scope COMMAND"
#define TEXT_NOT_DELEGATED                                                     \
	"%s has its cgroups from systemd, but did not enable the cpuset controller for %s; bind unit:%s as a whole"
#define TEXT_SEVERAL_UNITS                                                     \
	"they are in several units of systemd; bind each of these by its name"
#define TEXT_PART_OF_CGROUP                                                    \
	"they are only a part of a cgroup, which systemd or a container manager owns; bind that cgroup as a whole"
#define TEXT_NOT_ENABLED                                                       \
	"the cpuset controller is not enabled for %s; write +cpuset to the cgroup.subtree_control of the one above it"
#define TEXT_CROWDED                                                           \
	"processes are in the root cgroup that this container sees, which then cannot have others below it; run numatrace on the host"

static int explain_missing(const struct cpuset_facts *facts, char **why)
{
	if (facts->v1)
		return why_not(why, 0, TEXT_V1);
	if (!facts->mounted)
		return why_not(why, 0, TEXT_NOT_MOUNTED);
	return why_not(why, 0, TEXT_NO_CONTROLLER);
}

static int explain_write(const struct cpuset_facts *facts, char **why)
{
	if (facts->write == -EROFS)
		return why_not(why, 0, TEXT_READ_ONLY);
	return why_not(why, 0, TEXT_NOT_WRITABLE, strerror(-facts->write));
}

/* A cgroup's own files. */
static int choose_files(const struct cpuset_facts *facts, enum cpuset_way *way,
			char **why)
{
	if (facts->write)
		return explain_write(facts, why);
	*way = CPUSET_DELEGATED;
	return 0;
}

static int in_systemd(const struct cpuset_facts *facts, enum cpuset_way *way,
		      char **why)
{
	const char *name = cpuset_unit_name(facts->unit);

	if (facts->whole && !facts->root)
		return why_not(why, 0, TEXT_NOT_ROOT, name);
	if (facts->whole) {
		*way = CPUSET_SYSTEMD;
		return 0;
	}
	if (!facts->delegated || !facts->cgroup)
		return why_not(why, 0, TEXT_PART_OF_UNIT, name, name);
	if (!facts->files)
		return why_not(why, 0, TEXT_NOT_DELEGATED, name, facts->cgroup,
			       name);
	return choose_files(facts, way, why);
}

/* Under systemd, but made by somebody else: a container manager. */
static int beside_systemd(const struct cpuset_facts *facts,
			  enum cpuset_way *way, char **why)
{
	if (facts->several)
		return why_not(why, 0, TEXT_SEVERAL_UNITS);
	if (!facts->cgroup)
		return why_not(why, 0, TEXT_PART_OF_CGROUP);
	if (!facts->files)
		return why_not(why, 0, TEXT_NOT_ENABLED, facts->cgroup);
	return choose_files(facts, way, why);
}

static int without_systemd(const struct cpuset_facts *facts,
			   enum cpuset_way *way, char **why)
{
	if (facts->write)
		return explain_write(facts, why);
	if (facts->cgroup && facts->files)
		return choose_files(facts, way, why);
	if (facts->crowded)
		return why_not(why, 0, TEXT_CROWDED);
	*way = CPUSET_OWN;
	return 0;
}

static int choose(const struct cpuset_facts *facts, enum cpuset_way *way,
		  char **why)
{
	if (!facts->mounted || !facts->controller)
		return explain_missing(facts, why);
	if (facts->threaded)
		return why_not(why, 0, TEXT_THREADED, facts->threaded);
	if (!facts->systemd)
		return without_systemd(facts, way, why);
	return facts->unit ? in_systemd(facts, way, why)
			   : beside_systemd(facts, way, why);
}

int cpuset_choose(const struct cpuset_facts *facts, enum cpuset_way *way,
		  char **why)
{
	char *reason = NULL;
	int err;

	*way = CPUSET_NONE;
	*why = NULL;
	err = choose(facts, way, &reason);
	if (!err && reason)
		err = why_not(why, 0,
			      "memory allocated from now on is not covered: %s",
			      reason);
	free(reason);
	return err;
}
