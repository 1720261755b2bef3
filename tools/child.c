// SPDX-License-Identifier: GPL-2.0
#include "child.h"

#include "clock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* For the handler of signals. */
static pid_t running;
static int came;

static const int passed_on[] = {
	SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2,
};

#define PASSED_ON (sizeof(passed_on) / sizeof(*passed_on))

/* One of the terminal goes to its whole foreground group. */
static void pass_on(int signal, siginfo_t *info, void *context)
{
	pid_t pid = __atomic_load_n(&running, __ATOMIC_RELAXED);
	int err = errno;

	if (signal != SIGUSR1 && signal != SIGUSR2)
		__atomic_store_n(&came, signal, __ATOMIC_RELAXED);
	if (info->si_code <= 0 && pid > 0)
		kill(pid, signal);
	errno = err;
}

/* What was ignored, as by nohup, stays so. */
static void handle_signals(void)
{
	struct sigaction before, action = {
		.sa_sigaction = pass_on,
		.sa_flags = SA_SIGINFO | SA_RESTART,
	};

	for (size_t i = 0; i < PASSED_ON; i++) {
		sigaction(passed_on[i], NULL, &before);
		if (before.sa_handler != SIG_IGN)
			sigaction(passed_on[i], &action, NULL);
	}
}

static void block_signals(sigset_t *before)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < PASSED_ON; i++)
		sigaddset(&set, passed_on[i]);
	sigprocmask(SIG_BLOCK, &set, before);
}

/* In the child. The pipe closes itself when the command is executed. */
static void execute(char **argv, int go, int result, const sigset_t *mask)
{
	char byte;
	int err;

	/* Until we were prepared; nothing comes but the end. */
	while (read(go, &byte, 1) < 0 && errno == EINTR)
		;
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
	while (wait4(child->pid, &child->status, 0, &child->usage) < 0)
		if (errno != EINTR)
			return -errno;
	return -err;
}

/* With the signals blocked until they can be passed on. */
static int start(char **argv, void (*prepare)(void *context, pid_t pid),
		 void *context, struct child *child, const int *go,
		 const int *result)
{
	uint64_t began;
	sigset_t mask;
	int err;

	block_signals(&mask);
	child->pid = fork();
	if (!child->pid) {
		close(go[1]);
		execute(argv, go[0], result[1], &mask);
	}
	err = child->pid < 0 ? -errno : 0;
	close(go[0]);
	close(result[1]);
	if (!err) {
		__atomic_store_n(&running, child->pid, __ATOMIC_RELAXED);
		handle_signals();
	}
	sigprocmask(SIG_SETMASK, &mask, NULL);
	if (!err)
		prepare(context, child->pid);
	began = clock_now_ns();
	close(go[1]);
	if (!err)
		err = wait_for(child, result[0]);
	child->elapsed = clock_now_ns() - began;
	/* Now its number may be that of another process. */
	__atomic_store_n(&running, 0, __ATOMIC_RELAXED);
	close(result[0]);
	return err;
}

int child_run(char **argv, void (*prepare)(void *context, pid_t pid),
	      void *context, struct child *child)
{
	int go[2], result[2];

	*child = (struct child){ 0 };
	if (pipe2(go, O_CLOEXEC))
		return -errno;
	if (pipe2(result, O_CLOEXEC)) {
		int err = -errno;

		close(go[0]);
		close(go[1]);
		return err;
	}
	return start(argv, prepare, context, child, go, result);
}

int child_signal(void)
{
	return __atomic_load_n(&came, __ATOMIC_RELAXED);
}

int child_exit_code(const struct child *child)
{
	if (WIFSIGNALED(child->status))
		return 128 + WTERMSIG(child->status);
	return WEXITSTATUS(child->status);
}
