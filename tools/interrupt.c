// SPDX-License-Identifier: GPL-2.0
#include "interrupt.h"

#include "clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

const int interrupt_list[INTERRUPT_SIGNALS] = { SIGINT, SIGTERM, SIGHUP,
						SIGQUIT };

/* Set in a handler. */
static atomic_int came;
/* What the handler passes them on to, or 0. */
static atomic_int child;
/* A signal leaves a byte here, so that none is missed before a wait. */
static int bell[2] = { -1, -1 };

static void remember(int signal)
{
	came = signal;
	/* Where it is full it has rung. */
	if (write(bell[1], "", 1) < 0)
		return;
}

/* One of the terminal goes to its whole foreground group. */
static void take(int signal, siginfo_t *info, void *context)
{
	int err = errno, pid = child;

	if (signal != SIGUSR1 && signal != SIGUSR2)
		remember(signal);
	if (info->si_code <= 0 && pid > 0)
		kill(pid, signal);
	errno = err;
}

static void handle(int signal)
{
	const struct sigaction action = {
		.sa_sigaction = take,
		.sa_flags = SA_SIGINFO | SA_RESTART,
	};
	struct sigaction before;

	sigaction(signal, NULL, &before);
	if (before.sa_handler != SIG_IGN)
		sigaction(signal, &action, NULL);
}

static int open_bell(void)
{
	if (bell[0] >= 0)
		return 0;
	return pipe2(bell, O_CLOEXEC | O_NONBLOCK) ? -errno : 0;
}

int interrupt_begin(void)
{
	int err = open_bell();

	for (size_t i = 0; !err && i < INTERRUPT_SIGNALS; i++)
		handle(interrupt_list[i]);
	return err;
}

int interrupt_signal(void)
{
	return came;
}

const atomic_int *interrupt_flag(void)
{
	return &came;
}

int interrupt_fd(void)
{
	return bell[0];
}

void interrupt_set(sigset_t *set)
{
	sigemptyset(set);
	for (size_t i = 0; i < INTERRUPT_SIGNALS; i++)
		sigaddset(set, interrupt_list[i]);
}

void interrupt_note(int signal)
{
	remember(signal);
}

static void forget(int number)
{
	struct sigaction action;

	sigaction(number, NULL, &action);
	if (action.sa_flags & SA_SIGINFO && action.sa_sigaction == take)
		signal(number, SIG_DFL);
}

/* ORDER: who it is for is known before they come. */
void interrupt_pass_on(pid_t pid)
{
	child = pid;
	if (pid) {
		handle(SIGUSR1);
		handle(SIGUSR2);
	} else {
		forget(SIGUSR1);
		forget(SIGUSR2);
	}
}

void interrupt_forget(void)
{
	for (size_t i = 0; i < INTERRUPT_SIGNALS; i++)
		forget(interrupt_list[i]);
	forget(SIGUSR1);
	forget(SIGUSR2);
}

bool interrupt_wait(uint64_t moment)
{
	while (!interrupt_signal()) {
		struct pollfd poll_bell = { .fd = bell[0], .events = POLLIN };
		uint64_t left, time = clock_now_ns();
		struct timespec timeout;

		if (time >= moment)
			return true;
		left = moment - time;
		timeout.tv_sec = (time_t)(left / NSEC_PER_SEC);
		timeout.tv_nsec = (long)(left % NSEC_PER_SEC);
		if (ppoll(&poll_bell, 1, &timeout, NULL) < 0 && errno != EINTR)
			return false;
	}
	return false;
}

void interrupt_end(void)
{
	int number = interrupt_signal();

	if (!number)
		return;
	fflush(NULL);
	signal(number, SIG_DFL);
	raise(number);
}
