/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a cgroup is, told from its path: container managers, Kubernetes and
 * systemd name their cgroups by rules. Pure: asks nobody.
 */
#ifndef NUMATRACE_CONTAINER_H
#define NUMATRACE_CONTAINER_H

#include <stdbool.h>
#include <stddef.h>

/* Longest name of a directory, and the uid of a pod, each with its end. */
#define CONTAINER_NAME_SIZE 256
#define CONTAINER_POD_SIZE 37

enum container_kind {
	CONTAINER_NONE,
	CONTAINER_SLICE,
	CONTAINER_SERVICE,
	CONTAINER_SCOPE,
	CONTAINER_USER,
	CONTAINER_POD,
	CONTAINER_MACHINE,
	CONTAINER_CONTAINER,
};

/**
 * struct container - the innermost thing that a path is known to lead into
 * @kind: what it is; a container counts more than the unit inside of it
 * @runtime: who made it: docker, containerd, cri-o, podman, kubernetes, lxc,
 *	machined, systemd; NULL for CONTAINER_NONE
 * @name: a container's id, cut to 12 digits; uid of a pod; number of a user;
 *	name of a machine or of a systemd unit
 * @pod: uid of the pod that it is or belongs to, else ""
 * @length: how much of the path leads to it: all, unless the cgroup lies
 *	inside of it
 */
struct container {
	enum container_kind kind;
	const char *runtime;
	char name[CONTAINER_NAME_SIZE];
	char pod[CONTAINER_POD_SIZE];
	size_t length;
};

/* False, and a @container of CONTAINER_NONE, where nothing is recognised. */
bool container_of_path(const char *path, struct container *container);

/* Whether it is what people call a container: also a machine or a pod. */
bool container_contains(const struct container *container);

/* "container", "pod", ...; "cgroup" for CONTAINER_NONE. */
const char *container_kind_word(enum container_kind kind);

/*
 * Short name: runtime:id for a container, kind:name for a pod, a machine or a
 * user, else the unit's. To be freed; NULL when memory is short.
 */
char *container_label(const struct container *container);

#endif
