package io.saddlebag.lab;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * What {@code scripts/hardware-lab} runs inside of its guest: makes drives that the guest's kernel drives itself, then
 * runs the contracts against them and prints one line a test. Arguments: {@code tgt}, {@code library}, {@code scsi_debug} or
 * {@code faults}, and part of a test's name where others are left out.
 */
public final class GuestLab {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Path DRIVER = Path.of("/sys/class/scsi_tape/nst0/device/scsi_generic");
    private static final Path GENERIC = Path.of("/sys/class/scsi_generic");
    private static final int SLOTS = 60;
    private static final int TAPE = 1;
    private static final int CHANGER = 8;

    private final String only;
    private int failed;

    private GuestLab(String only) {
        this.only = only;
    }

    public static void main(String[] arguments) throws Exception {
        GuestLab lab = new GuestLab(arguments.length > 1 ? arguments[1] : "");
        switch (arguments[0]) {
            case "tgt" -> lab.overTgt();
            case "library" -> lab.library();
            case "scsi_debug" -> lab.overScsiDebug();
            case "faults" -> lab.faults();
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        System.exit(lab.failed == 0 ? 0 : 1);
    }

    private void overTgt() throws Exception {
        Path folder = Files.createTempDirectory("lab");
        try (TapeLab lab = TapeLab.start(folder, new TapeLab.Size(1, SLOTS, 4))) {
            loggedIn(lab, () -> {
                System.setProperty("saddlebag.lab.sg", generic(TAPE, 1).get(0));
                System.setProperty("saddlebag.lab.changer", generic(CHANGER, 1).get(0));
                System.setProperty("saddlebag.lab.nst", "/dev/nst0");
                System.setProperty("saddlebag.lab.slots", Integer.toString(SLOTS));
                run("tgt", "io.saddlebag.scsi.sg.SgHardwareLab", "io.saddlebag.tape.st.StOverTgtHardwareLab");
            });
        }
    }

    /** The library of the contract: three slots, two of them full, a mail slot, two drives. */
    private void library() throws Exception {
        Path folder = Files.createTempDirectory("lab");
        try (TapeLab lab = TapeLab.start(folder, new TapeLab.Size(2, 3, 16), List.of("SBG001L6", "SBG002L6"))) {
            loggedIn(lab, () -> {
                List<String> drives = generic(TAPE, 2);
                System.setProperty("saddlebag.lab.drives", drives.get(1) + "," + drives.get(0));
                System.setProperty("saddlebag.lab.changer", generic(CHANGER, 1).get(0));
                run("library of tgt", "io.saddlebag.library.scsi.SgLibraryHardwareLab");
            });
        }
    }

    private interface Part {
        void run() throws Exception;
    }

    private static void loggedIn(TapeLab lab, Part part) throws Exception {
        Files.createDirectories(Path.of("/run/lock/iscsi"));
        Files.createDirectories(Path.of("/etc/iscsi"));
        Files.writeString(Path.of("/etc/iscsi/initiatorname.iscsi"), "InitiatorName=" + TapeLab.INITIATOR + "\n");
        Process iscsid = quiet("iscsid", "-f").start();
        String portal = "127.0.0.1:" + lab.port();
        retry("iscsiadm", "-m", "discovery", "-t", "sendtargets", "-p", portal);
        retry("iscsiadm", "-m", "node", "-T", TapeLab.TARGET, "-p", portal, "--login");
        part.run();
        quiet("iscsiadm", "-m", "node", "--logout").start().waitFor(20, TimeUnit.SECONDS);
        // asked to end it ends all of its process group, us as well
        iscsid.destroyForcibly();
    }

    private void overScsiDebug() throws Exception {
        System.setProperty("saddlebag.lab.sg", generic(TAPE, 1).get(0));
        System.setProperty("saddlebag.lab.nst", "/dev/nst0");
        run(
                "scsi_debug",
                "io.saddlebag.tape.st.StOverScsiDebugHardwareLab",
                "io.saddlebag.tape.st.ScsiOverScsiDebugHardwareLab");
    }

    private void faults() throws Exception {
        System.setProperty("saddlebag.lab.sg", generic(TAPE, 1).get(0));
        run(
                "scsi_debug, told to fail",
                "io.saddlebag.tape.st.StFaultsHardwareLab",
                "io.saddlebag.tape.st.ScsiFaultsHardwareLab");
    }

    private void run(String target, String... classes) {
        System.out.println("== kernel " + System.getProperty("os.version") + ", " + target);
        Launcher launcher = LauncherFactory.create();
        int[] counts = new int[3];
        TestExecutionListener printer = new TestExecutionListener() {
            @Override
            public void executionSkipped(TestIdentifier test, String reason) {
                System.out.println("skipped  " + name(test) + ": " + reason);
            }

            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                Throwable cause = result.getThrowable().orElse(null);
                boolean good = result.getStatus() == TestExecutionResult.Status.SUCCESSFUL;
                if (test.isContainer() && good) {
                    return;
                }
                boolean skipped = result.getStatus() == TestExecutionResult.Status.ABORTED;
                counts[good ? 0 : skipped ? 1 : 2]++;
                String word = good ? "ok       " : skipped ? "skipped  " : "FAILED   ";
                String why = good || cause == null ? "" : skipped ? ": " + cause.getMessage() : "\n" + trace(cause);
                System.out.println(word + name(test) + why);
            }
        };
        for (String name : classes) {
            System.out.println("-- " + name.substring(name.lastIndexOf('.') + 1));
            launcher.execute(
                    LauncherDiscoveryRequestBuilder.request()
                            .selectors(selectClass(name))
                            .filters((PostDiscoveryFilter) test -> FilterResult.includedIf(
                                    !test.isTest() || test.getDisplayName().contains(only)))
                            .build(),
                    printer);
        }
        failed += counts[2];
        System.out.println("== " + counts[0] + " passed, " + counts[1] + " skipped, " + counts[2] + " failed");
    }

    private static String name(TestIdentifier test) {
        return test.getDisplayName().replace("()", "");
    }

    private static String trace(Throwable cause) {
        StringWriter text = new StringWriter();
        cause.printStackTrace(new PrintWriter(text, true));
        return text.toString()
                .lines()
                .limit(25)
                .map(line -> line.substring(0, Math.min(line.length(), 400)))
                .reduce((a, b) -> a + "\n" + b)
                .orElse("");
    }

    /** The sg nodes of all devices of a SCSI type, by unit, once the drivers are all there. */
    private static List<String> generic(int type, int count) throws Exception {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < end) {
            if (Files.isDirectory(DRIVER) && Files.isDirectory(GENERIC)) {
                try (Stream<Path> all = Files.list(GENERIC)) {
                    TreeMap<String, String> found = new TreeMap<>();
                    for (Path node : all.toList()) {
                        Path file = Path.of("/dev", node.getFileName().toString());
                        String kind =
                                Files.readString(node.resolve("device/type")).strip();
                        if (kind.equals(Integer.toString(type)) && Files.exists(file)) {
                            Path unit = node.resolve("device").toRealPath().getFileName();
                            found.put(unit.toString(), file.toString());
                        }
                    }
                    if (found.size() == count) {
                        return List.copyOf(found.values());
                    }
                }
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        throw new IOException("not " + count + " SCSI devices of type " + type + " appeared");
    }

    private static void retry(String... command) throws Exception {
        String output = "";
        for (int i = 0; i < 20; i++) {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() == 0) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(500);
        }
        throw new IOException(List.of(command) + ": " + output);
    }

    private static ProcessBuilder quiet(String... command) {
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    }
}
