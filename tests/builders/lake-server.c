/*
 * A ClickHouse server for tests, out of the libchdb.so that npm brought: it opens the native and the
 * HTTP port and then waits to be killed. Replication, Keeper, TLS and users are not available this way.
 *
 *   lake-server LIBCHDB DATA_FOLDER TCP_PORT HTTP_PORT
 */
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

typedef void *(*run_cmdline)(int argc, char **argv);
typedef const char *(*error_of)(void *result);

static char *option(const char *name, const char *value) {
  char *text = NULL;
  if (asprintf(&text, "--%s=%s", name, value) < 0) exit(70);
  return text;
}

int main(int argc, char **argv) {
  if (argc != 5) {
    fprintf(stderr, "usage: lake-server LIBCHDB DATA_FOLDER TCP_PORT HTTP_PORT\n");
    return 64;
  }
  signal(SIGPIPE, SIG_IGN); /* a client that hangs up must not end the server */
  void *library = dlopen(argv[1], RTLD_NOW);
  if (library == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    return 69;
  }
  run_cmdline run = (run_cmdline)dlsym(library, "chdb_query_cmdline");
  error_of failure = (error_of)dlsym(library, "chdb_result_error");
  if (run == NULL || failure == NULL) {
    fprintf(stderr, "this libchdb has no command line\n");
    return 69;
  }
  /* Listeners live as long as the statement that follows them: a sleep longer than any test. */
  char *arguments[] = {
      "clickhouse",
      option("path", argv[2]),
      option("tcp_port", argv[3]),
      option("http_port", argv[4]),
      "--listen_host=127.0.0.1",
      "--max_threads=2",
      "--query=SYSTEM START LISTEN TCP; SYSTEM START LISTEN HTTP; "
      "SELECT sleepEachRow(3) FROM numbers(100000) FORMAT Null "
      "SETTINGS max_block_size = 1, max_threads = 1, "
      "function_sleep_max_microseconds_per_block = 1000000000000",
      NULL};
  void *result = run(sizeof arguments / sizeof *arguments - 1, arguments);
  const char *text = failure(result);
  if (text != NULL) fprintf(stderr, "%s\n", text);
  return text == NULL ? 0 : 70;
}
