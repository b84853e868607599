#!/bin/sh
true /*
# The programs are files of two languages: this part is run by the shell and is a comment to node, which runs the rest. The shell
# starts node with what node needs, and replaces itself by it.

# What node would take from the environment was meant for another program. It is kept under other names; the program
# puts it back when node has started, so that its children get it.
_ctq_kept=
unset CTQ_KEPT CTQ_CLOSED
# Node opens /dev/null in place of a closed standard output, and what is written would be lost without a word.
{ true 9>&1; } 2>&- || export CTQ_CLOSED=1
for _ctq_name in NODE_OPTIONS NODE_CHANNEL_FD NODE_CHANNEL_SERIALIZATION_MODE NODE_UNIQUE_ID NODE_V8_COVERAGE \
  NODE_COMPILE_CACHE NODE_EXTRA_CA_CERTS NODE_DEBUG NODE_DEBUG_NATIVE NODE_ICU_DATA NODE_INSPECT_RESUME_ON_START \
  NODE_NO_READLINE NODE_NO_WARNINGS NODE_PATH NODE_PENDING_DEPRECATION NODE_PENDING_PIPE_INSTANCES NODE_PRESERVE_SYMLINKS \
  NODE_PRESERVE_SYMLINKS_MAIN NODE_REDIRECT_WARNINGS NODE_REPL_EXTERNAL_MODULE NODE_REPL_MODE NODE_TEST_CONTEXT \
  NODE_TLS_REJECT_UNAUTHORIZED NODE_USE_ENV_PROXY NODE_USE_SYSTEM_CA OPENSSL_CONF OPENSSL_MODULES SSL_CERT_DIR SSL_CERT_FILE \
  UV_THREADPOOL_SIZE UV_USE_IO_URING WATCH_REPORT_DEPENDENCIES
do
  eval "_ctq_set=\${$_ctq_name+set}"
  if [ -n "$_ctq_set" ]; then
    eval "export CTQ_KEPT_$_ctq_name=\"\$$_ctq_name\""
    unset "$_ctq_name"
    _ctq_kept="$_ctq_kept $_ctq_name"
  fi
done
export CTQ_KEPT="${_ctq_kept# }"

# The node that ctq was built with, else the one in whose tree npm installed it, else any.
_ctq_node='@NODE@'
if [ ! -x "$_ctq_node" ]; then
  _ctq_file=$(readlink -f "$0" 2>&-)
  for _ctq_node in "${_ctq_file%/lib/node_modules/ctq/dist/?*}/bin/node" "$(command -v node)" \
    /usr/local/bin/node /usr/bin/node /usr/bin/nodejs
  do
    [ ! -x "$_ctq_node" ] || break
  done
  if [ ! -x "$_ctq_node" ]; then
    echo 'ctq: cannot find node: install Node.js 20.19 or newer, or put it in PATH' >&2
    exit 1
  fi
fi

# What this process may do: open files, take address space (KiB), and make memory executable that is writable. Node needs all
# three, but works without the last two where it compiles nothing. Only mmap(2) reveals the last; perl can call it by its number.
_ctq_mmap=
if [ -e /lib64/ld-linux-x86-64.so.2 ]; then _ctq_mmap=9; elif [ -e /lib/ld-linux-aarch64.so.1 ]; then _ctq_mmap=222; fi
trap 'echo "ctq: this user may start no more processes (see ulimit -u): node cannot run" >&2; exit 1' EXIT
_ctq_limits=$(
  trap - EXIT
  ulimit -n
  ulimit -v
  if [ -n "$_ctq_mmap" ] && [ -x /usr/bin/perl ]; then
    export LC_ALL=C PERL5OPT= PERL5LIB=
    exec /usr/bin/perl -e 'print syscall(shift() + 0, 0, 4096, 7, 34, -1, 0) == -1 ? "refused" : ""' $_ctq_mmap 2>&-
  fi
)
trap - EXIT
_ctq_files=${_ctq_limits%%
*}
_ctq_limits=${_ctq_limits#*
}
_ctq_memory=${_ctq_limits%%
*}
_ctq_flags=
case $_ctq_limits in *refused) _ctq_flags='--jitless --no-expose-wasm' ;; esac
if [ "$_ctq_memory" != unlimited ] && [ "$_ctq_memory" -lt 2000000 ]; then
  if [ "$_ctq_memory" -lt @LEAST_MEMORY@ ]; then
    echo "ctq: node needs @LEAST_MEMORY@ KiB of address space, $_ctq_memory are allowed (see ulimit -v)" >&2
    exit 1
  fi
  _ctq_flags='--jitless --no-expose-wasm'
fi
# With fewer than 13, the shell has no descriptor left to try it.
if [ "$_ctq_files" != unlimited ] && [ "$_ctq_files" -lt 32 ] && { [ "$_ctq_files" -lt 13 ] || ! ulimit -n 64 2>&-; }; then
  exec >&2
  echo "ctq: node needs 32 open files, $_ctq_files are allowed (see ulimit -n)"
  exit 1
fi

exec "$_ctq_node" $_ctq_flags "$0" "$@"
*/;
