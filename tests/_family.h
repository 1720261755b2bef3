/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The getters of the generic-netlink family, as the kernel lists them, so that a
 * test which asks all of them cannot forget one.
 */
#ifndef TESTS_FAMILY_H
#define TESTS_FAMILY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define FAMILY_MAX_GETTERS 64

/* What anybody may ask for, as one answer or as a dump. */
struct family_getter {
	uint8_t command;
	bool dump;
};

/**
 * struct family - a generic-netlink family
 * @id: its number
 * @count: how many getters it has
 * @getter: these; one that does both is there twice
 */
struct family {
	uint16_t id;
	unsigned int count;
	struct family_getter getter[FAMILY_MAX_GETTERS];
};

/* 0, or -1: there is no such family. */
int family_find(const char *name, struct family *family);

/*
 * A socket on which the getter of numatrace was asked and nothing was received;
 * about @pid where it is about a process. Or -1.
 */
int family_ask(const struct family *family, const struct family_getter *getter,
	       pid_t pid);

/* A dump of all families, which the kernel itself answers, in the same state. */
int family_ask_kernel(void);

/*
 * Receives the answer to its end. The number of messages about numatrace, or a
 * negative errno: it was refused, or none came.
 */
int family_receive(int socket, const struct family *family);

#endif
