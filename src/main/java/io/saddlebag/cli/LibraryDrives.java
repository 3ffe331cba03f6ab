package io.saddlebag.cli;

import io.saddlebag.library.Element;
import io.saddlebag.library.ElementNames;
import io.saddlebag.library.HostReservations;
import io.saddlebag.node.LibraryDesk;
import io.saddlebag.quantity.Durations;
import io.saddlebag.volume.DriveOperations;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Operations on the drives of a library (M13, M17, M19). */
final class LibraryDrives {
    private LibraryDrives() {}

    /** What all of them have. */
    abstract static class OfOneDrive implements Callable<Integer> {
        @ParentCommand
        @Nullable
        LibraryCommand parent;

        @Parameters(paramLabel = "DRIVE", description = "e.g. dte1")
        String drive = "";

        /** Reservations leave no job: they last as long as their command. */
        @Override
        public Integer call() throws Exception {
            return Objects.requireNonNull(parent).with((desk, node, output) -> {
                ElementNames.requireClear(desk.library(), drive);
                run(desk.drives(), Element.parse(drive), output);
            });
        }

        abstract void run(DriveOperations drives, Element element, Output output)
                throws IOException, InterruptedException;
    }

    /** Those that do something with the drive. */
    abstract static class DoneWithOneDrive extends OfOneDrive {
        abstract String verb();

        @Override
        public final Integer call() throws Exception {
            LibraryCommand library = Objects.requireNonNull(parent);
            return library.inJob(
                    verb() + " " + drive,
                    (desk, node, report) -> run(
                            desk.drives(),
                            Element.parse(drive),
                            Objects.requireNonNull(library.parent).output()));
        }
    }

    @Command(
            name = "clean",
            mixinStandardHelpOptions = true,
            description = "Clean an empty drive with a cleaning cartridge of the library.")
    static final class Clean extends DoneWithOneDrive {
        @Override
        String verb() {
            return "clean";
        }

        @Override
        void run(DriveOperations drives, Element element, Output output) throws IOException, InterruptedException {
            drives.clean(element);
            output.line("drive " + element + " was cleaned");
        }
    }

    @Command(
            name = "mountdev",
            mixinStandardHelpOptions = true,
            description = "Make the cartridge in a drive ready, at its beginning.")
    static final class Mount extends DoneWithOneDrive {
        @Override
        String verb() {
            return "mountdev";
        }

        @Override
        void run(DriveOperations drives, Element element, Output output) throws IOException, InterruptedException {
            drives.mount(element);
        }
    }

    @Command(
            name = "unmountdev",
            mixinStandardHelpOptions = true,
            description = "Let a drive let go of its cartridge, which stays in it.")
    static final class Unmount extends DoneWithOneDrive {
        @Override
        String verb() {
            return "unmountdev";
        }

        @Override
        void run(DriveOperations drives, Element element, Output output) throws IOException, InterruptedException {
            drives.unmount(element);
        }
    }

    @Command(
            name = "resdev",
            mixinStandardHelpOptions = true,
            description = "Keep a drive from all jobs, until this command is ended or its time is over.")
    static final class Reserve extends OfOneDrive {
        private static final Duration LOOK_EVERY = Duration.ofMillis(200);

        @Option(names = "--for", paramLabel = "TIME", description = "How long, e.g. 30m; default: 1h.")
        String length = "1h";

        @Override
        void run(DriveOperations drives, Element element, Output output) throws IOException, InterruptedException {
            long end = System.nanoTime() + Durations.parse(length).toNanos();
            drives.reserve(element);
            output.line("drive " + element + " is reserved for " + length + "; end this command to release it");
            while (System.nanoTime() - end < 0) {
                Thread.sleep(LOOK_EVERY.toMillis());
            }
            drives.release(element);
        }
    }

    @Command(
            name = "unresdev",
            mixinStandardHelpOptions = true,
            description = "Release a drive; when another process has it, that one is named.")
    static final class Release extends OfOneDrive {
        @Option(
                names = "--force",
                description = "Take the drive (or the robot, mte1) away from another host that has it reserved and is"
                        + " dead. What that host was writing is torn.")
        boolean force;

        @Override
        public Integer call() throws Exception {
            return force
                    ? Objects.requireNonNull(parent)
                            .with((desk, node, output) -> breakReservation(desk, Element.parse(drive), output))
                    : super.call();
        }

        private void breakReservation(LibraryDesk desk, Element element, Output output) throws Exception {
            ElementNames.requireClear(desk.library(), drive);
            HostReservations hosts = desk.hosts();
            if (hosts == null) {
                throw new IllegalArgumentException("--force is for libraries that other hosts use, too; library "
                        + desk.library().name() + " is not one");
            }
            output.line(hosts.breakReservation(element)
                    .map(holder -> element + " was taken from the host with reservation key " + holder)
                    .orElse(element + " is reserved by no host"));
        }

        @Override
        void run(DriveOperations drives, Element element, Output output) throws IOException, InterruptedException {
            drives.release(element);
            output.line("drive " + element + " is free");
        }
    }
}
