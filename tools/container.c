// SPDX-License-Identifier: GPL-2.0
#include "container.h"

#include <stdio.h>
#include <string.h>

#define ID_DIGITS 64
#define SHORT_ID_DIGITS 12

#define ARRAY_SIZE(array) (sizeof(array) / sizeof(*(array)))

/* A directory on the path. */
struct component {
	const char *text;
	size_t length;
};

static bool equals(struct component component, const char *text)
{
	return strlen(text) == component.length &&
	       !memcmp(component.text, text, component.length);
}

static bool cut_prefix(struct component *component, const char *prefix)
{
	size_t length = strlen(prefix);

	if (component->length <= length ||
	    memcmp(component->text, prefix, length))
		return false;
	component->text += length;
	component->length -= length;
	return true;
}

static bool cut_suffix(struct component *component, const char *suffix)
{
	size_t length = strlen(suffix);

	if (component->length <= length ||
	    memcmp(component->text + component->length - length, suffix,
		   length))
		return false;
	component->length -= length;
	return true;
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static bool is_id(struct component component)
{
	if (component.length != ID_DIGITS)
		return false;
	for (size_t i = 0; i < component.length; i++)
		if (!is_hex(component.text[i]))
			return false;
	return true;
}

static int hex_value(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

/*
 * systemd writes what a unit's name may not have as \xHH. Whoever may make a
 * cgroup may write so too: what is no printable character of ASCII stays.
 */
static bool unescape(const char *from, const char *end, char *c)
{
	if (end - from < 4 || from[0] != '\\' || from[1] != 'x' ||
	    !is_hex(from[2]) || !is_hex(from[3]))
		return false;
	*c = hex_value(from[2]) << 4 | hex_value(from[3]);
	return *c >= ' ' && *c <= '~';
}

static void copy_name(char *name, struct component component)
{
	const char *from = component.text, *end = from + component.length;
	char *last = name + CONTAINER_NAME_SIZE - 1;

	while (from < end && name < last) {
		if (unescape(from, end, name))
			from += 4;
		else
			*name = *from++;
		name++;
	}
	*name = '\0';
}

static void set(struct container *container, enum container_kind kind,
		const char *runtime, struct component name)
{
	container->kind = kind;
	container->runtime = runtime;
	copy_name(container->name, name);
}

static void set_id(struct container *container, const char *runtime,
		   struct component id)
{
	id.length = SHORT_ID_DIGITS;
	set(container, CONTAINER_CONTAINER, runtime, id);
}

/* A uid is 36 characters with four hyphens, a static pod's is 32 digits. */
static bool copy_pod(char *pod, struct component uid)
{
	if (uid.length != CONTAINER_POD_SIZE - 1 && uid.length != 32)
		return false;
	for (size_t i = 0; i < uid.length; i++) {
		char c = uid.text[i] == '_' ? '-' : uid.text[i];

		if (!is_hex(c) && c != '-')
			return false;
		pod[i] = c;
	}
	pod[uid.length] = '\0';
	return true;
}

/* The last "-pod" or, at the start, "pod" has the uid behind it. */
static bool find_uid(struct component *component)
{
	struct component rest = *component;

	if (cut_prefix(&rest, "pod")) {
		*component = rest;
		return true;
	}
	for (; rest.length > 4; rest.text++, rest.length--) {
		if (cut_prefix(&rest, "-pod")) {
			*component = rest;
			return true;
		}
	}
	return false;
}

static bool is_kubernetes(struct component component)
{
	return memmem(component.text, component.length, "kubepods", 8);
}

/* pod<uid> below kubepods, or kubepods[-<class>]-pod<uid>.slice. */
static bool parse_pod(struct container *container, struct component component,
		      bool inside_kubepods)
{
	struct component uid = component;
	const char *colon = memchr(uid.text, ':', uid.length);

	if (!inside_kubepods && !is_kubernetes(component))
		return false;
	if (colon)
		uid.length = colon - uid.text;
	cut_suffix(&uid, ".slice");
	if (!find_uid(&uid) || !copy_pod(container->pod, uid))
		return false;
	uid.text = container->pod;
	uid.length = strlen(container->pod);
	set(container, CONTAINER_POD, "kubernetes", uid);
	return true;
}

/* <manager>-<id>.scope, <manager>-<id>, or <slice>:<manager>:<id>. */
static bool parse_managed(struct container *container,
			  struct component component)
{
	static const char *const managers[][2] = {
		{ "docker", "docker" },
		{ "crio", "cri-o" },
		{ "cri-containerd", "containerd" },
		{ "nerdctl", "containerd" },
		{ "libpod", "podman" },
	};
	const char *colon = memchr(component.text, ':', component.length);

	cut_suffix(&component, ".scope");
	if (colon) {
		component.length -= colon + 1 - component.text;
		component.text = colon + 1;
	}
	for (size_t i = 0; i < ARRAY_SIZE(managers); i++) {
		struct component id = component;

		if (cut_prefix(&id, managers[i][0]) &&
		    (cut_prefix(&id, "-") || cut_prefix(&id, ":")) &&
		    is_id(id)) {
			set_id(container, managers[i][1], id);
			return true;
		}
	}
	return false;
}

/* A bare id says nothing; what lies above it does. */
static bool parse_bare(struct container *container, struct component component,
		       struct component parent, bool inside_ecs)
{
	if (equals(parent, "lxc")) {
		set(container, CONTAINER_CONTAINER, "lxc", component);
		return true;
	}
	if (!is_id(component))
		return false;
	if (container->kind == CONTAINER_POD)
		set_id(container, "kubernetes", component);
	else if (equals(parent, "docker") || inside_ecs)
		set_id(container, "docker", component);
	else
		return false;
	return true;
}

static bool parse_machine(struct container *container,
			  struct component component)
{
	if (cut_prefix(&component, "lxc.payload.")) {
		set(container, CONTAINER_CONTAINER, "lxc", component);
		return true;
	}
	if ((cut_prefix(&component, "machine-") &&
	     cut_suffix(&component, ".scope")) ||
	    (cut_prefix(&component, "systemd-nspawn@") &&
	     cut_suffix(&component, ".service"))) {
		set(container, CONTAINER_MACHINE, "machined", component);
		return true;
	}
	return false;
}

static bool parse_unit(struct container *container, struct component component)
{
	struct component rest = component;

	if (cut_suffix(&rest, ".service")) {
		set(container, CONTAINER_SERVICE, "systemd", component);
	} else if (cut_suffix(&rest, ".scope")) {
		set(container, CONTAINER_SCOPE, "systemd", component);
	} else if (cut_suffix(&rest, ".slice")) {
		bool user = cut_prefix(&rest, "user-");

		set(container, user ? CONTAINER_USER : CONTAINER_SLICE,
		    "systemd", user ? rest : component);
	} else {
		return false;
	}
	return true;
}

/* What one directory adds to what is known of those above it. */
static bool parse(struct container *container, const char *path,
		  struct component component, struct component parent)
{
	bool in_kubepods = memmem(path, component.text - path, "kubepods", 8);
	bool in_ecs = !strncmp(path, "/ecs/", 5);
	bool pod = parse_pod(container, component, in_kubepods);

	if (parse_managed(container, component) || pod ||
	    parse_bare(container, component, parent, in_ecs) ||
	    parse_machine(container, component))
		return true;
	/* Units inside of a container are its own affair. */
	return !container_contains(container) &&
	       parse_unit(container, component);
}

bool container_of_path(const char *path, struct container *container)
{
	struct component parent = { "", 0 };
	const char *at = path;

	*container = (struct container){ 0 };
	while (*at) {
		struct component component = { at, strcspn(at, "/") };

		at += component.length;
		if (component.length) {
			if (parse(container, path, component, parent))
				container->length = at - path;
			parent = component;
		}
		at += strspn(at, "/");
	}
	return container->kind != CONTAINER_NONE;
}

bool container_contains(const struct container *container)
{
	return container->kind >= CONTAINER_POD;
}

const char *container_kind_word(enum container_kind kind)
{
	static const char *const words[] = {
		[CONTAINER_NONE] = "cgroup",
		[CONTAINER_SLICE] = "slice",
		[CONTAINER_SERVICE] = "service",
		[CONTAINER_SCOPE] = "scope",
		[CONTAINER_USER] = "user",
		[CONTAINER_POD] = "pod",
		[CONTAINER_MACHINE] = "machine",
		[CONTAINER_CONTAINER] = "container",
	};

	return words[kind];
}

char *container_label(const struct container *container)
{
	const char *prefix = container_kind_word(container->kind);
	char *label;

	switch (container->kind) {
	case CONTAINER_CONTAINER:
		prefix = container->runtime;
		break;
	case CONTAINER_USER:
	case CONTAINER_POD:
	case CONTAINER_MACHINE:
		break;
	default:
		return strdup(container->name);
	}
	if (asprintf(&label, "%s:%s", prefix, container->name) < 0)
		return NULL;
	return label;
}
