/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Signals that end the command (SIGINT, SIGTERM, SIGHUP, SIGQUIT), for commands
 * that have something to restore before they end. What was ignored, as by nohup,
 * stays so.
 */
#ifndef NUMATRACE_INTERRUPT_H
#define NUMATRACE_INTERRUPT_H

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* They: for who has to handle them in another way. */
#define INTERRUPT_SIGNALS 4
extern const int interrupt_list[INTERRUPT_SIGNALS];

/* The set of them, for who blocks them meanwhile. */
void interrupt_set(sigset_t *set);

/* From now on they are remembered. 0 or a negative errno. */
int interrupt_begin(void);

/* The signal that came, or 0. */
int interrupt_signal(void);

/* The same, for who looks at a variable. */
const atomic_int *interrupt_flag(void);

/* Can be read from, for poll(2), once a signal came; -1 before the begin. */
int interrupt_fd(void);

/* Take it that this signal came. */
void interrupt_note(int signal);

/*
 * From now on what somebody sends to us is also passed on to a child, and so are
 * SIGUSR1 and SIGUSR2. What the terminal sends it gets itself. 0: no more.
 */
void interrupt_pass_on(pid_t pid);

/* In a child, before it executes: signals do again what they did before. */
void interrupt_forget(void);

/* Wait until a moment of CLOCK_MONOTONIC, ns. False: a signal came. */
bool interrupt_wait(uint64_t moment);

/* End by the signal, if one came, as if it had not been handled. */
void interrupt_end(void);

#endif
