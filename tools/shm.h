/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory policies of a System V shared memory segment or of a file in tmpfs or
 * hugetlbfs: they stay with it, whoever uses it. As numactl(8).
 */
#ifndef NUMATRACE_SHM_H
#define NUMATRACE_SHM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "policy.h"

/**
 * struct shm - shared memory, and which range of it is meant
 * @id: for the key of a segment
 * @mode: permissions of what is created; 0: 0600
 * @huge: a segment of huge pages
 * @offset: where the range begins, bytes
 * @length: of the range, and of what is created; 0: the rest
 * @attached: whether what follows is known
 * @start: the range
 * @page_size: bytes
 */
struct shm {
	int id;
	mode_t mode;
	bool huge;
	uint64_t offset;
	uint64_t length;
	bool attached;
	char *start;
	uint64_t page_size;
};

/*
 * Attach the segment whose key file is @name, or the file of that name, which
 * are created where they are missing and a length is given; @program is who
 * says so on stderr. 0 or a negative errno, and in @why a sentence without a
 * full stop, to be freed, or NULL when memory is short.
 */
int shm_attach_segment(struct shm *shm, const char *program, const char *name,
		       char **why);
int shm_attach_file(struct shm *shm, const char *program, const char *name,
		    char **why);

/*
 * Give the range the memory policy of @policy. @strict: pages that already are
 * elsewhere are an error. As above.
 */
int shm_apply(const struct shm *shm, const struct policy *policy, bool strict,
	      char **why);

/* Have all pages of the range allocated. */
void shm_touch(const struct shm *shm);

/* Print policies, or nodes, by range. As above. */
int shm_dump(const struct shm *shm, char **why);
int shm_dump_nodes(const struct shm *shm, char **why);

/*
 * Compare all pages with @policy; prints what differs, and adds it up in
 * @wrong. As above.
 */
int shm_verify(const struct shm *shm, const char *program,
	       const struct policy *policy, unsigned long *wrong, char **why);

/* "2m" in bytes; g, m and k count, and hexadecimal digits after "0x". */
bool shm_parse_size(const char *text, uint64_t *bytes);

#endif
