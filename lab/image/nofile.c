/*
 * Answers getrlimit(RLIMIT_NOFILE) with at least 65536.
 *
 * OpenSearch refuses to start below 65535. lab-init puts this before it only where the machine's own hard limit is lower
 * and cannot be raised from inside a container. No headers and no C library of the build machine: it is loaded by the host's.
 */
struct limit { unsigned long soft, hard; };
extern int prlimit(int pid, int resource, const struct limit *wanted, struct limit *current);

int getrlimit(int resource, struct limit *limit)
{
    const int nofile = 7;
    const unsigned long enough = 65536;
    int result = prlimit(0, resource, 0, limit);

    if (result == 0 && resource == nofile) {
        if (limit->soft < enough) limit->soft = enough;
        if (limit->hard < enough) limit->hard = enough;
    }
    return result;
}

int getrlimit64(int resource, struct limit *limit)
{
    return getrlimit(resource, limit);
}
