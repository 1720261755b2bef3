// SPDX-License-Identifier: GPL-2.0
#include "daemon_log.h"

#include "printable.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void daemon_log(int level, const char *format, ...)
{
	va_list arguments;
	char *text, *line;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	line = printable(text);
	if (!isatty(STDERR_FILENO))
		fprintf(stderr, "<%d>", level);
	fprintf(stderr, "%s\n", line ? line : "out of memory");
	free(line);
	free(text);
}
