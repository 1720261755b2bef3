// SPDX-License-Identifier: GPL-2.0
#include "shm.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <numaif.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "number.h"
#include "why.h"

static const char nothing_left[] =
	"%s has %llu bytes: nothing is left behind --offset %llu; give a --length before it";
static const char beyond_end[] =
	"--offset %llu and --length %llu reach beyond the end of %s: it has %llu bytes";
static const char not_aligned[] =
	"--offset and --length of %s have to be multiples of its page size, %llu";
static const char no_segment[] =
	"there is no shared memory segment of %s; with --length before it, it is created";
static const char no_file[] =
	"there is no file %s; with --length before it, it is created";
static const char elsewhere[] =
	"--strict: some pages of the range already are on other nodes";

/* As numactl takes it, unlike number_parse_size(). */
bool shm_parse_size(const char *text, uint64_t *bytes)
{
	unsigned long long value;
	char *end;
	int shift;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	value = strtoull(text, &end, 0);
	shift = number_shift((char)tolower((unsigned char)*end), "kmg");
	if (errno || end[shift ? 1 : 0] || value > UINT64_MAX >> shift)
		return false;
	*bytes = (uint64_t)value << shift;
	return true;
}

static mode_t mode_of(const struct shm *shm)
{
	return shm->mode ? shm->mode : 0600;
}

static uint64_t huge_page_size(void)
{
	char *meminfo = file_read("/proc/meminfo");
	const char *found = meminfo ? strstr(meminfo, "Hugepagesize:") : NULL;
	unsigned long long kib = 0;

	if (found)
		kib = strtoull(found + strlen("Hugepagesize:"), NULL, 10);
	free(meminfo);
	return kib ? kib << 10 : (uint64_t)getpagesize();
}

/* The range within all of it, @size bytes; no length means the rest. */
static int choose_range(struct shm *shm, const char *name, uint64_t size,
			char **why)
{
	if (!shm->length && shm->offset < size)
		shm->length = size - shm->offset;
	if (!shm->length)
		return why_not(why, -EINVAL, nothing_left, name,
			       (unsigned long long)size,
			       (unsigned long long)shm->offset);
	if (shm->offset > size || shm->length > size - shm->offset)
		return why_not(why, -EINVAL, beyond_end,
			       (unsigned long long)shm->offset,
			       (unsigned long long)shm->length, name,
			       (unsigned long long)size);
	if (shm->offset % shm->page_size || shm->length % shm->page_size)
		return why_not(why, -EINVAL, not_aligned, name,
			       (unsigned long long)shm->page_size);
	return 0;
}

static key_t find_key(const struct shm *shm, const char *program,
		      const char *name)
{
	key_t key = ftok(name, shm->id);
	int fd;

	if (key != -1)
		return key;
	fprintf(stderr, "%s: Creating shm key file %s mode %04o\n", program,
		name, mode_of(shm));
	fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode_of(shm));
	if (fd < 0)
		return -1;
	close(fd);
	return ftok(name, shm->id);
}

static int create_segment(const struct shm *shm, const char *program,
			  const char *name, key_t key)
{
	uint64_t size = shm->offset + shm->length;

	fprintf(stderr,
		"%s: Creating shared memory segment %s id %d mode %04o length %.fMB\n",
		program, name, shm->id, mode_of(shm), (double)size / (1 << 20));
	return shmget(key, size,
		      (int)(IPC_CREAT | mode_of(shm)) |
			      (shm->huge ? SHM_HUGETLB : 0));
}

static int find_segment(const struct shm *shm, const char *program,
			const char *name, char **why)
{
	key_t key = find_key(shm, program, name);
	int segment;

	if (key == -1)
		return why_not(why, -errno, "no key from file %s: %s", name,
			       strerror(errno));
	segment = shmget(key, 0, 0);
	if (segment >= 0)
		return segment;
	if (errno == ENOENT && !shm->length)
		return why_not(why, -ENOENT, no_segment, name);
	if (errno == ENOENT)
		segment = create_segment(shm, program, name, key);
	if (segment >= 0)
		return segment;
	return why_not(why, -errno, "shared memory segment of %s: %s%s", name,
		       strerror(errno),
		       shm->huge
			       ? "; huge pages are made by sysctl vm.nr_hugepages"
			       : "");
}

int shm_attach_segment(struct shm *shm, const char *program, const char *name,
		       char **why)
{
	int segment = find_segment(shm, program, name, why), err;
	struct shmid_ds state;
	char *start;

	if (segment < 0)
		return segment;
	start = shmat(segment, NULL, 0);
	if (start == (char *)-1 || shmctl(segment, IPC_STAT, &state))
		return why_not(why, -errno, "shared memory segment of %s: %s",
			       name, strerror(errno));
	shm->page_size = shm->huge ? huge_page_size() : (uint64_t)getpagesize();
	err = choose_range(shm, name, state.shm_segsz, why);
	if (err)
		return err;
	shm->start = start + shm->offset;
	shm->attached = true;
	return 0;
}

/* Its size, after it was made as large as the range needs; or an error. */
static int64_t grow_file(const struct shm *shm, int fd, struct stat *state)
{
	uint64_t end = shm->offset + shm->length;

	if (fstat(fd, state))
		return -errno;
	if (!shm->length || end <= (uint64_t)state->st_size)
		return state->st_size;
	return ftruncate(fd, (off_t)end) ? -errno : (int64_t)end;
}

static int map_file(struct shm *shm, const char *name, int fd, char **why)
{
	struct stat state;
	int64_t size = grow_file(shm, fd, &state);
	char *start;
	int err;

	if (size < 0)
		return why_not(why, (int)size, "cannot enlarge %s: %s", name,
			       strerror((int)-size));
	shm->page_size = (uint64_t)state.st_blksize;
	err = choose_range(shm, name, (uint64_t)size, why);
	if (err)
		return err;
	start = mmap(NULL, shm->length, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		     (off_t)shm->offset);
	if (start == MAP_FAILED)
		return why_not(why, -errno, "cannot map %s: %s", name,
			       strerror(errno));
	shm->start = start;
	shm->attached = true;
	return 0;
}

int shm_attach_file(struct shm *shm, const char *program, const char *name,
		    char **why)
{
	int fd = open(name, O_RDWR | O_CLOEXEC), err;

	if (fd < 0 && errno == ENOENT && !shm->length)
		return why_not(why, -ENOENT, no_file, name);
	if (fd < 0 && errno == ENOENT)
		fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, mode_of(shm));
	if (fd < 0)
		return why_not(why, -errno, "cannot open %s: %s", name,
			       strerror(errno));
	err = map_file(shm, name, fd, why);
	close(fd);
	return err;
}

/*
 * The kernel checks pages that we have mapped only: map those that there are,
 * without making others. 0 or -ENOMEM.
 */
static int map_existing(const struct shm *shm)
{
	size_t size = (size_t)getpagesize(), pages = shm->length / size;
	unsigned char *resident = malloc(pages);

	if (!resident || mincore(shm->start, shm->length, resident)) {
		free(resident);
		return -ENOMEM;
	}
	for (size_t i = 0; i < pages; i++)
		if (resident[i] & 1)
			__atomic_load_n(shm->start + i * size,
					__ATOMIC_RELAXED);
	free(resident);
	return 0;
}

int shm_apply(const struct shm *shm, const struct policy *policy, bool strict,
	      char **why)
{
	const struct bitmask *nodes = policy->nodes;
	int mode = policy_mode(policy) & ~MPOL_F_NUMA_BALANCING;
	char *text;
	int err;

	*why = NULL;
	if (strict && map_existing(shm))
		return -ENOMEM;
	if (!mbind(shm->start, shm->length, mode, nodes ? nodes->maskp : NULL,
		   nodes ? nodes->size + 1 : 0, strict ? MPOL_MF_STRICT : 0))
		return 0;
	err = -errno;
	if (err == -EIO)
		return why_not(why, err, elsewhere);
	text = policy_text(policy);
	if (!text)
		return -ENOMEM;
	err = why_not(why, err, "cannot set %s for shared memory: %s", text,
		      strerror(-err));
	free(text);
	return err;
}

void shm_touch(const struct shm *shm)
{
	/* What somebody else writes meanwhile stays as it is. */
	for (uint64_t at = 0; at < shm->length; at += (uint64_t)getpagesize())
		__atomic_and_fetch(shm->start + at, 0xff, __ATOMIC_RELAXED);
}
