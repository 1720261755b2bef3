// SPDX-License-Identifier: GPL-2.0
#include "_files.h"

#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

void write_file(const char *root, const char *name, const char *text)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s%s", root, name);
	for (char *slash = path + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(path, 0777);
		*slash = '/';
	}
	file = fopen(path, "w");
	fputs(text, file);
	fclose(file);
}

static int remove_one(const char *path, const struct stat *status, int type,
		      struct FTW *walk)
{
	return remove(path);
}

int remove_files(const char *root)
{
	return nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
