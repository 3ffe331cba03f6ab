package io.saddlebag.snapshot.freeze;

import io.saddlebag.host.local.LocalFiles;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.lease.QuiesceLease;
import io.saddlebag.lease.Watchdog;
import io.saddlebag.posix.Posix;
import io.saddlebag.posix.linux.LinuxPosix;
import io.saddlebag.snapshot.SnapshotPlace;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** A program that begins a snapshot and hangs while the file system is frozen, to be killed there. */
final class HangInFreeze {
    private HangInFreeze() {}

    /** @param copyBytes what it may copy */
    static Process start(Path source, Path views, long copyBytes) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        HangInFreeze.class.getName(),
                        source.toString(),
                        views.toString(),
                        Long.toString(copyBytes))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    public static void main(String[] arguments) throws IOException {
        LinuxPosix real = new LinuxPosix();
        Posix hanging = (Posix) Proxy.newProxyInstance(
                Posix.class.getClassLoader(), new Class<?>[] {Posix.class}, (proxy, method, values) -> {
                    boolean clones = method.getName().equals("cloneFile")
                            && !values[0].toString().contains(".saddlebag-part");
                    boolean copies = method.getName().equals("createFile")
                            && values[0].toString().contains(SnapshotPlace.FOLDER + "/");
                    if (clones || copies) {
                        System.out.println("frozen");
                        new CountDownLatch(1).await();
                    }
                    try {
                        return method.invoke(real, values);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        new FreezeSnapshots(
                        hanging,
                        new LocalFiles(hanging),
                        new GuardProcess(),
                        Clock.systemUTC(),
                        new SystemWaiter(),
                        new FreezeSnapshots.Settings(
                                Path.of(arguments[1]), Duration.ofSeconds(60), Long.parseLong(arguments[2]), Set.of()))
                .create("killed", List.of(Path.of(arguments[0])));
    }

    /** The least guard there can be: it thaws when the pipe from the process that it guards breaks. */
    static final class GuardProcess implements Watchdog {
        @Override
        public QuiesceLease arm(String purpose, Action action, Duration length) throws IOException {
            Process guard = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Guard.class.getName(),
                            action.facts().get(FreezeSnapshots.MOUNT_POINT))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String ready = guard.inputReader().readLine();
            if (!"ready".equals(ready)) {
                throw new IOException("the guard did not start");
            }
            return new QuiesceLease() {
                @Override
                public String id() {
                    return Long.toString(guard.pid());
                }

                @Override
                public void renew(Duration more) {}

                @Override
                public void commit() {
                    throw new IllegalStateException("a freeze has nothing to commit");
                }

                @Override
                public boolean release() {
                    return true;
                }

                @Override
                public void close() throws IOException {
                    guard.getOutputStream().close();
                }
            };
        }
    }

    /** The guard's own process. */
    static final class Guard {
        private Guard() {}

        public static void main(String[] arguments) throws IOException {
            LinuxPosix posix = new LinuxPosix();
            System.out.println("ready");
            while (System.in.read() >= 0) {}
            posix.thaw(Path.of(arguments[0]));
        }
    }
}
