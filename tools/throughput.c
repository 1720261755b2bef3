// SPDX-License-Identifier: GPL-2.0
#include "throughput.h"

#include "child.h"
#include "clock.h"
#include "file.h"
#include "interrupt.h"
#include "program.h"
#include "why.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Meanwhile balancing is not as it was. */
#define PATIENCE 60

bool throughput_parse(const char *text, double *number)
{
	text += strcspn(text, "0123456789");
	if (!*text)
		return false;
	*number = strtod(text, NULL);
	return isfinite(*number);
}

static char *read_program(const char *program, char **why)
{
	char *const argv[] = { "sh", "-c", (char *)program, NULL };
	const struct program counter = {
		.argv = argv,
		.patience = PATIENCE * NSEC_PER_SEC,
		.interruptible = true,
	};
	char *text;
	int err = program_read(&counter, &text);

	if (!err)
		return text;
	free(text);
	if (err == -ETIMEDOUT)
		why_not(why, err, "the counter did not end within %d s: %s",
			PATIENCE, program);
	else if (err == -EIO)
		why_not(why, err, "the counter failed: %s", program);
	else
		why_not(why, err, "%s: %s", program, strerror(-err));
	return NULL;
}

static char *read_text(const struct throughput *throughput, char **why)
{
	char *text;

	if (throughput->program)
		return read_program(throughput->program, why);
	errno = 0;
	text = file_read(throughput->file);
	/* An empty one is no error to who reads it. */
	if (!text && !errno)
		text = strdup("");
	if (!text)
		why_not(why, -errno, "%s: %s", throughput->file,
			strerror(errno));
	return text;
}

static int read_counter(const struct throughput *throughput, double *number,
			uint64_t *moment, char **why)
{
	const char *source =
		throughput->program ? throughput->program : throughput->file;
	char *text = read_text(throughput, why);
	int err = 0;

	*moment = clock_now_ns();
	/* It ended the counter, too, which then says nothing. */
	if (interrupt_signal()) {
		free(text);
		free(*why);
		*why = NULL;
		return -EINTR;
	}
	if (!text)
		return -EIO;
	if (!throughput_parse(text, number))
		err = why_not(why, -EINVAL, "there is no number in: %s",
			      source);
	free(text);
	return err;
}

static bool has_counter(const struct throughput *throughput)
{
	return throughput->file || throughput->program;
}

int throughput_check(const struct throughput *throughput, char **why)
{
	uint64_t moment;
	double number;

	*why = NULL;
	return has_counter(throughput)
		       ? read_counter(throughput, &number, &moment, why)
		       : 0;
}

static int count_growth(const struct throughput *throughput, uint64_t period,
			struct throughput_result *result, char **why)
{
	uint64_t began, ended;
	double before, after;
	int err = read_counter(throughput, &before, &began, why);

	if (err)
		return err;
	if (!interrupt_wait(began + period))
		return -EINTR;
	err = read_counter(throughput, &after, &ended, why);
	/* One that has shrunk began anew. */
	if (err || after < before || ended <= began)
		return err;
	result->known = true;
	result->rate =
		(after - before) / ((double)(ended - began) / NSEC_PER_SEC);
	return 0;
}

static void nothing(void *context, pid_t pid)
{
}

/* Our output is the report alone: that of the command goes to stderr. */
static int run_aside(char *const *command, struct child *child)
{
	int saved = dup(STDOUT_FILENO);
	int err;

	fflush(stdout);
	if (saved < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0) {
		err = -errno;
		if (saved >= 0)
			close(saved);
		return err;
	}
	err = child_run((char **)command, nothing, NULL, child);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	return err;
}

static int run_once(char *const *command, struct child *child, char **why)
{
	int err = run_aside(command, child), code;

	if (interrupt_signal())
		return -EINTR;
	if (err)
		return why_not(why, err, "cannot execute %s: %s", *command,
			       strerror(-err));
	code = child_exit_code(child);
	if (code)
		return why_not(why, -ECANCELED,
			       "%s exited with status %d: its time says nothing",
			       *command, code);
	return 0;
}

static int run_again(const struct throughput *throughput, uint64_t period,
		     struct throughput_result *result, char **why)
{
	uint64_t end = clock_now_ns() + period, taken = 0;
	struct child child;
	int err;

	do {
		err = run_once(throughput->command, &child, why);
		if (err)
			return err;
		result->runs++;
		taken += child.elapsed;
	} while (clock_now_ns() < end);
	result->known = taken;
	if (taken)
		result->rate =
			(double)result->runs / ((double)taken / NSEC_PER_SEC);
	return 0;
}

int throughput_round(const struct throughput *throughput, uint64_t period,
		     struct throughput_result *result, char **why)
{
	*why = NULL;
	*result = (struct throughput_result){ 0 };
	if (throughput->command)
		return run_again(throughput, period, result, why);
	if (has_counter(throughput))
		return count_growth(throughput, period, result, why);
	return interrupt_wait(clock_now_ns() + period) ? 0 : -EINTR;
}
