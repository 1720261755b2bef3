// SPDX-License-Identifier: GPL-2.0
#include "target_process.h"

#include "file.h"
#include "process_list.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* So many descriptors are left for files that are read in between. */
#define SPARE 64

/* The lowest free number is given, so that it tells how many there are. */
static bool leaves_spare(int fd)
{
	const rlim_t needed = (rlim_t)fd + SPARE;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return false;
	if (needed < limit.rlim_cur)
		return true;
	limit.rlim_cur = limit.rlim_max;
	return needed < limit.rlim_max && !setrlimit(RLIMIT_NOFILE, &limit);
}

static int open_pidfd(pid_t pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	if (fd > 0 && leaves_spare(fd))
		return fd;
	if (fd >= 0)
		close(fd);
	return 0;
}

/* What has the number: one that has not ended. */
static bool read_start(pid_t pid, uint64_t *start_time)
{
	struct listed_process found;
	char path[64], *stat;
	bool known;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	stat = file_read(path);
	known = stat && process_list_parse(stat, &found);
	free(stat);
	if (!known)
		return false;
	*start_time = found.start_time;
	free(found.comm);
	return !found.ended;
}

static bool has_ended(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

	return poll(&poll_fd, 1, 0) != 0;
}

/* ORDER: what /proc says is said of it if it has not ended afterwards. */
bool target_lives(const struct target_process *process)
{
	uint64_t start_time;

	return read_start(process->pid, &start_time) &&
	       start_time == process->start_time &&
	       !(process->fd && has_ended(process->fd));
}

int target_check(const struct target_process *process)
{
	const struct target_test *test = &process->test;
	bool holds = !test->holds || test->holds(test->context, process->pid);

	if (!target_lives(process))
		return -ESRCH;
	return holds ? 0 : -ESTALE;
}

bool target_open(struct target_process *process)
{
	process->fd = open_pidfd(process->pid);
	if (target_lives(process))
		return true;
	target_close(process);
	return false;
}

bool target_take(struct target_process *process, pid_t pid)
{
	*process = (struct target_process){
		.pid = pid,
		.fd = open_pidfd(pid),
	};
	if (read_start(pid, &process->start_time) && target_lives(process))
		return true;
	target_close(process);
	return false;
}

void target_close(struct target_process *process)
{
	if (process->fd)
		close(process->fd);
	process->fd = 0;
}
