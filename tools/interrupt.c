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

static const int ending[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

#define ENDING (sizeof(ending) / sizeof(*ending))

/* Set in a handler. */
static int came;
/* A signal leaves a byte here, so that none is missed before a wait. */
static int bell[2] = { -1, -1 };

static void remember(int signal)
{
	int err = errno;

	__atomic_store_n(&came, signal, __ATOMIC_RELAXED);
	if (write(bell[1], "", 1) < 0)
		errno = err;
	errno = err;
}

static int open_bell(void)
{
	if (bell[0] >= 0)
		return 0;
	return pipe2(bell, O_CLOEXEC | O_NONBLOCK) ? -errno : 0;
}

int interrupt_begin(void)
{
	struct sigaction action = {
		.sa_handler = remember,
		.sa_flags = SA_RESTART,
	};
	int err = open_bell();

	for (size_t i = 0; !err && i < ENDING; i++) {
		struct sigaction before;

		sigaction(ending[i], NULL, &before);
		if (before.sa_handler != SIG_IGN)
			sigaction(ending[i], &action, NULL);
	}
	return err;
}

int interrupt_signal(void)
{
	return __atomic_load_n(&came, __ATOMIC_RELAXED);
}

void interrupt_note(int signal)
{
	for (size_t i = 0; i < ENDING; i++)
		if (signal == ending[i])
			remember(signal);
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
