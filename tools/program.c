// SPDX-License-Identifier: GPL-2.0
#include "program.h"

#include "clock.h"
#include "interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* In a process group of its own, so that it can be killed as a whole. */
static int start(const struct program *program, int output, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int err;

	if (posix_spawn_file_actions_init(&actions))
		return -ENOMEM;
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null",
					 O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	if (program->errors)
		posix_spawn_file_actions_adddup2(&actions, output,
						 STDERR_FILENO);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
	err = posix_spawnp(pid, *program->argv, &actions, &attributes,
			   program->argv, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return -err;
}

static int wait_until_readable(int fd, const struct program *program,
			       uint64_t end)
{
	struct pollfd fds[] = {
		{ .fd = fd, .events = POLLIN },
		{ .fd = program->interruptible ? interrupt_fd() : -1,
		  .events = POLLIN },
	};
	uint64_t now;

	while ((now = clock_now_ns()) < end) {
		const struct timespec left = {
			.tv_sec = (time_t)((end - now) / NSEC_PER_SEC),
			.tv_nsec = (long)((end - now) % NSEC_PER_SEC),
		};
		int ready = ppoll(fds, 2, &left, NULL);

		if (ready < 0 && errno != EINTR)
			return -errno;
		if (ready > 0)
			return fds[1].revents ? -EINTR : 0;
	}
	return -ETIMEDOUT;
}

static int read_output(int fd, const struct program *program, uint64_t end,
		       char **text)
{
	size_t size;
	FILE *stream = open_memstream(text, &size);
	char part[1024];
	ssize_t length;
	int err;

	if (!stream)
		return -ENOMEM;
	do {
		err = wait_until_readable(fd, program, end);
		length = err ? 0 : read(fd, part, sizeof(part));
		if (length > 0)
			fwrite(part, 1, (size_t)length, stream);
		else if (length < 0)
			err = -errno;
	} while (length > 0);
	if (fclose(stream) && !err)
		err = -ENOMEM;
	return err;
}

/* It may go on when it has closed its output. Before Linux 5.3 it does not. */
static int wait_until_ended(pid_t pid, const struct program *program,
			    uint64_t end)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	int err = fd < 0 ? 0 : wait_until_readable(fd, program, end);

	if (fd >= 0)
		close(fd);
	return err;
}

int program_read(const struct program *program, char **text)
{
	uint64_t end = clock_now_ns() + program->patience;
	int ends[2], status, err;
	pid_t pid;

	*text = NULL;
	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	err = start(program, ends[1], &pid);
	close(ends[1]);
	if (err) {
		close(ends[0]);
		return err;
	}
	err = read_output(ends[0], program, end, text);
	close(ends[0]);
	if (!err)
		err = wait_until_ended(pid, program, end);
	if (err)
		kill(-pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	if (err)
		return err;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -EIO;
}
