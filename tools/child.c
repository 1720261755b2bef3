// SPDX-License-Identifier: GPL-2.0
#include "child.h"

#include "clock.h"
#include "interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * In the child, which ends where nobody says that it was prepared: we were killed
 * then. The pipe of the result closes itself when the command is executed.
 */
static void execute(char **argv, int go, int result, const sigset_t *mask)
{
	ssize_t length;
	char byte;
	int err;

	do
		length = read(go, &byte, 1);
	while (length < 0 && errno == EINTR);
	if (length != 1)
		_exit(EXIT_FAILURE);
	/* ORDER: what comes from now on is for the command. */
	interrupt_forget();
	sigprocmask(SIG_SETMASK, mask, NULL);
	execvp(*argv, argv);
	err = errno;
	if (write(result, &err, sizeof(err)) != (ssize_t)sizeof(err))
		_exit(126);
	_exit(127);
}

static int wait_for(struct child *child, int result)
{
	int err = 0;

	/* Nothing comes where the command could be executed. */
	if (read(result, &err, sizeof(err)) != (ssize_t)sizeof(err))
		err = 0;
	/* ORDER: once it is reaped its number may be that of another process. */
	while (waitid(P_PID, child->pid, NULL, WEXITED | WNOWAIT) < 0)
		if (errno != EINTR)
			return -errno;
	interrupt_pass_on(0);
	while (wait4(child->pid, &child->status, 0, &child->usage) < 0)
		if (errno != EINTR)
			return -errno;
	return -err;
}

/* Signals wait until it is known who they are for. */
static int start(char **argv, const int *go, const int *result, pid_t *pid)
{
	sigset_t all, mask;
	int err = 0;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &mask);
	*pid = interrupt_signal() ? -1 : fork();
	if (!*pid) {
		close(go[1]);
		execute(argv, go[0], result[1], &mask);
	}
	if (*pid > 0)
		interrupt_pass_on(*pid);
	else
		err = interrupt_signal() ? -EINTR : -errno;
	sigprocmask(SIG_SETMASK, &mask, NULL);
	return err;
}

/* The child may be dead: we keep its end of the pipe, so that this kills nobody. */
static void say_go(const int *go)
{
	while (write(go[1], "", 1) < 0 && errno == EINTR)
		;
}

int child_run(char **argv, void (*prepare)(void *context, pid_t pid),
	      void *context, struct child *child)
{
	int go[2], result[2], err;
	uint64_t began;

	*child = (struct child){ 0 };
	if (pipe2(go, O_CLOEXEC))
		return -errno;
	if (pipe2(result, O_CLOEXEC)) {
		err = -errno;
		close(go[0]);
		close(go[1]);
		return err;
	}
	err = start(argv, go, result, &child->pid);
	close(result[1]);
	if (!err)
		prepare(context, child->pid);
	began = clock_now_ns();
	if (!err) {
		say_go(go);
		err = wait_for(child, result[0]);
	}
	child->elapsed = clock_now_ns() - began;
	interrupt_pass_on(0);
	close(go[0]);
	close(go[1]);
	close(result[0]);
	return err;
}

int child_exit_code(const struct child *child)
{
	if (WIFSIGNALED(child->status))
		return 128 + WTERMSIG(child->status);
	return WEXITSTATUS(child->status);
}
