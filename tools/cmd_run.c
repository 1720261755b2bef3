// SPDX-License-Identifier: GPL-2.0
#include "command.h"
#include "hardware_text.h"
#include "interrupt.h"
#include "measure.h"
#include "notes.h"
#include "options.h"
#include "policy_show.h"
#include "run_options.h"
#include "topology.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Exit codes of commands that run others. */
#define EXIT_NOT_EXECUTABLE 126
#define EXIT_NOT_FOUND 127

enum {
	OPTION_MEASURE = OPTION_OWN,
	OPTION_MEASURE_OUTPUT,
};

static const struct option own_options[] = {
	{ "show", no_argument, NULL, 's' },
	{ "hardware", no_argument, NULL, 'H' },
	{ "measure", no_argument, NULL, OPTION_MEASURE },
	{ "measure-output", required_argument, NULL, OPTION_MEASURE_OUTPUT },
	{ 0 },
};

static const struct option *const more_options[] = {
	policy_options,
	run_shm_options,
	NULL,
};

/**
 * struct step - an option as it was given: their order matters
 * @c: its value
 * @argument: its argument, or NULL
 */
struct step {
	int c;
	const char *argument;
};

static struct step *steps;
static size_t step_count;
static bool measure_it, no_memory;
static const char *output_path;

static void add_step(int c, const char *argument)
{
	struct step *grown =
		reallocarray(steps, step_count + 1, sizeof(*grown));

	if (!grown) {
		no_memory = true;
		return;
	}
	steps = grown;
	steps[step_count++] = (struct step){ c, argument };
}

static void set_option(int c, const char *argument)
{
	switch (c) {
	case OPTION_MEASURE_OUTPUT:
		output_path = argument;
		measure_it = true;
		break;
	case OPTION_MEASURE:
		measure_it = true;
		break;
	default:
		add_step(c, argument);
	}
}

/* The exit code, after a sentence that says why. */
static int refuse(int err, char *why)
{
	pr_notice("%s", why ? why : "out of memory");
	free(why);
	return err == -EINVAL ? options_hint(&cmd_run) : EXIT_FAILED;
}

static int apply(const struct run_options *run)
{
	char *why;
	int err = policy_check(&run->policy, &why);

	if (err)
		return refuse(err, why);
	err = policy_apply(&run->policy, &why);
	if (!err)
		return -1;
	pr_notice("%s", why ? why : "out of memory");
	free(why);
	return EXIT_FAILED;
}

/* The policy that the options before have made. */
static int show(const struct run_options *run)
{
	int code = apply(run);

	if (code >= 0)
		return code;
	return policy_show() ? EXIT_FAILED : EXIT_DONE;
}

static int hardware(void)
{
	struct topology topology;
	int err = topology_read("", &topology);

	if (err) {
		pr_notice("cannot read the nodes in /sys/devices/system/node: %s",
			  strerror(-err));
		return EXIT_FAILED;
	}
	hardware_text_print(&topology);
	topology_free(&topology);
	return EXIT_DONE;
}

/* -1 to go on, else the exit code. */
static int take_steps(struct run_options *run)
{
	if (no_memory)
		return refuse(-ENOMEM, NULL);
	for (size_t i = 0; i < step_count; i++) {
		char *why;
		int err;

		if (steps[i].c == 's')
			return show(run);
		if (steps[i].c == 'H')
			return hardware();
		err = run_take_option(run, steps[i].c, steps[i].argument, &why);
		if (err)
			return refuse(err, why);
	}
	return -1;
}

static int end_shared_memory(const struct run_options *run, char *const *words)
{
	if (*words)
		return options_wrong(&cmd_run,
				     "shared memory is not for a command: %s",
				     *words);
	return run->wrong ? EXIT_FAILED : EXIT_DONE;
}

static int check_command(const struct run_options *run,
			 const struct options *options)
{
	if (run->shm_option)
		return options_wrong(&cmd_run,
				     "%s is for --shm or --file, not for a command",
				     run->shm_option);
	if (!options->word_count)
		return options_wrong(&cmd_run, "which command?");
	if (options->style.format == OUTPUT_JSON && !measure_it)
		return options_wrong(&cmd_run, "--json goes with --measure");
	if (run->strict)
		pr_notice("--strict has no meaning for a command: ignored");
	if (run->policy.balancing && !policy_balances(&run->policy))
		pr_notice("--balancing goes with --membind only: ignored");
	return -1;
}

static int not_executed(const char *command, int err)
{
	pr_notice("cannot execute %s: %s", command, strerror(-err));
	return err == -ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE;
}

static int print(const struct options *options, const struct measure *measure,
		 FILE *file)
{
	int err = options->style.format == OUTPUT_JSON
			  ? measure_print_json(measure, options->words, file)
			  : measure_print_text(measure, options->words, file);

	return fflush(file) || err ? -1 : 0;
}

/* The command's exit code is ours, but its numbers may not get lost. */
static int measure_command(const struct options *options)
{
	FILE *file = output_path ? fopen(output_path, "we") : stderr;
	struct measure measure;
	int err, code;

	if (!file) {
		pr_notice("cannot write to %s: %s", output_path,
			  strerror(errno));
		return EXIT_FAILED;
	}
	err = measure_run(options->words, &measure);
	code = child_exit_code(&measure.child);
	/* Before there was a command that could have ended by it. */
	if (err == -EINTR)
		interrupt_end();
	if (err)
		code = measure.child.elapsed && err == -ENOMEM
			       ? refuse(err, NULL)
			       : not_executed(*options->words, err);
	else if (print(options, &measure, file)) {
		pr_notice("cannot write the measurement: %s", strerror(errno));
		code = code ? code : EXIT_FAILED;
	}
	if (file != stderr)
		fclose(file);
	measure_free(&measure);
	return code;
}

static int execute(const struct options *options)
{
	fflush(stdout);
	execvp(*options->words, options->words);
	return not_executed(*options->words, -errno);
}

static int run(const struct options *options)
{
	struct run_options taken = { .program = "numatrace" };
	int code = take_steps(&taken);

	if (code < 0 && taken.shm.attached)
		code = end_shared_memory(&taken, options->words);
	if (code < 0)
		code = check_command(&taken, options);
	if (code < 0)
		code = apply(&taken);
	if (code < 0)
		code = measure_it ? measure_command(options) : execute(options);
	policy_free(&taken.policy);
	free(steps);
	return code;
}

const struct command cmd_run = {
	.name = "run",
	.arguments = "[--] <command> [<argument>...]",
	.summary = "Run a command with a policy, as numactl does; measure it.",
	.notes =
		"Nodes are numbers and ranges such as 0,2-3; all, those of the cpuset; same, those\n"
		"named last; or that of a device: netdev:DEV, ip:HOST, file:PATH, block:PATH,\n"
		"pci:ADDRESS. ! in front means all others, + numbers within the cpuset. With --shm\n"
		"or --file the policy is that of shared memory, and there is no command.\n"
		"The exit status is that of the command; 126 and 127: it could not be executed.",
	.takes_operands = true,
	.stops_at_operand = true,
	.own_options = own_options,
	.more_options = more_options,
	.own_letters = POLICY_LETTERS RUN_SHM_LETTERS "sH",
	.own_help = POLICY_HELP
	"     --measure        report locality, faults and migrations when it ends\n"
	"     --measure-output <file>\n"
	"                      write the report to the file, not to stderr\n"
	" -s, --show           show the policy that the options before it make\n"
	" -H, --hardware       show the nodes, as numactl\n"
	"\nPolicies of shared memory:\n" RUN_SHM_HELP,
	.set_option = set_option,
	.run = run,
};
