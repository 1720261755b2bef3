/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Signals that end the command, for commands that have something to restore
 * before they end. What was ignored, as by nohup, stays so.
 */
#ifndef NUMATRACE_INTERRUPT_H
#define NUMATRACE_INTERRUPT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * From now on SIGINT, SIGTERM, SIGHUP and SIGQUIT are remembered. Again after
 * somebody else has handled them. 0 or a negative errno.
 */
int interrupt_begin(void);

/* The signal that came, or 0. */
int interrupt_signal(void);

/* Remember one that came to somebody else who handled them; 0: none did. */
void interrupt_note(int signal);

/* Wait until a moment of CLOCK_MONOTONIC, ns. False: a signal came. */
bool interrupt_wait(uint64_t moment);

/* End by the signal, if one came, as if it had not been handled. */
void interrupt_end(void);

#endif
