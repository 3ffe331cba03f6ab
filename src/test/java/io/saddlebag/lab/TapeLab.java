package io.saddlebag.lab;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.scsi.Cdb;
import io.saddlebag.scsi.ScsiCommand;
import io.saddlebag.scsi.ScsiCommand.Direction;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.iscsi.IscsiAddress;
import io.saddlebag.scsi.iscsi.IscsiLogin;
import io.saddlebag.scsi.iscsi.IscsiTransport;
import io.saddlebag.testing.FreePort;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A tape library of the Linux SCSI target framework (tgt) on loopback: drives at units 1 and up, then the changer. Its
 * drives are empty; slot n holds cartridge {@link #barcode}. What tgt does not do as real drives do is in
 * {@code docs/hardware-lab.md}.
 *
 * <pre>{@code
 * try (TapeLab lab = TapeLab.start(folder, new TapeLab.Size(1, 2, 16))) {
 *     lab.load(1, 1);
 *     try (ScsiTransport drive = lab.connect(lab.drive(1))) { ... }
 * }
 * }</pre>
 */
public final class TapeLab implements AutoCloseable {
    public static final String TARGET = "iqn.2026-01.example.saddlebag:lab";
    public static final String INITIATOR = "iqn.2026-01.example.saddlebag:test";
    public static final int FIRST_DRIVE = 256;
    public static final int FIRST_MAILBOX = 768;
    public static final int FIRST_SLOT = 1024;

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final List<String> PROGRAMS = List.of("tgtd", "tgtadm", "tgtimg");

    /** @param megabytes of each cartridge, 1 and up */
    public record Size(int drives, int slots, int megabytes) {}

    private final Path folder;
    private final Size size;
    private final List<String> barcodes;
    private final int port;
    private final Process tgtd;

    private TapeLab(Path folder, Size size, List<String> barcodes, int port, Process tgtd) {
        this.folder = folder;
        this.size = size;
        this.barcodes = barcodes;
        this.port = port;
        this.tgtd = tgtd;
    }

    /** @param folder empty, with a name short enough for a socket in it; the caller removes it afterwards */
    public static TapeLab start(Path folder, Size size) throws IOException {
        return start(
                folder,
                size,
                IntStream.rangeClosed(1, size.slots())
                        .mapToObj(TapeLab::barcode)
                        .toList());
    }

    /** @param barcodes of the cartridges, from the first slot on; the other slots are empty */
    public static TapeLab start(Path folder, Size size, List<String> barcodes) throws IOException {
        for (String program : PROGRAMS) {
            assumeTrue(installed(program), program + " is not installed (Debian's package tgt)");
        }
        assumeTrue(libraryInstalled(), "libiscsi is not installed (Debian's package libiscsi7)");
        int port = FreePort.next();
        ProcessBuilder daemon = new ProcessBuilder("tgtd", "-f", "-C", "0", "--iscsi", "portal=127.0.0.1:" + port);
        daemon.environment().put("TGT_IPC_SOCKET", socket(folder));
        daemon.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        TapeLab lab = new TapeLab(folder, size, barcodes, port, daemon.start());
        boolean complete = false;
        try {
            lab.awaitControl();
            lab.build();
            complete = true;
            return lab;
        } finally {
            if (!complete) {
                lab.close();
            }
        }
    }

    /** @param number 1 and up */
    public IscsiAddress drive(int number) {
        return new IscsiAddress("127.0.0.1", port, TARGET, number);
    }

    public IscsiAddress changer() {
        return new IscsiAddress("127.0.0.1", port, TARGET, size.drives() + 1);
    }

    public int port() {
        return port;
    }

    /** Of the cartridge that slot number 1 and up had at first. */
    public static String barcode(int slot) {
        return "A%05dL6".formatted(slot);
    }

    public IscsiTransport connect(IscsiAddress address) throws IOException {
        return IscsiTransport.connect(new IscsiLogin(address, INITIATOR, null, LIMIT), new SystemWaiter());
    }

    /** Moves the cartridge of a slot into a drive; tgt makes it ready at once. */
    public void load(int drive, int slot) throws IOException {
        move(FIRST_SLOT + slot - 1, FIRST_DRIVE + drive - 1);
    }

    public void move(int from, int to) throws IOException {
        try (IscsiTransport robot = connect(changer())) {
            none(robot, "TEST UNIT READY", Cdb.of(0, 0, 0, 0, 0, 0));
            ScsiReply reply = none(
                    robot,
                    "MOVE MEDIUM",
                    Cdb.of(0xa5, 0, 0, 0, from >> 8, from & 0xff, to >> 8, to & 0xff, 0, 0, 0, 0));
            if (!reply.isGood()) {
                throw new IOException("tgt did not move " + from + " to " + to + ": status " + reply.status());
            }
        }
    }

    /** Somebody puts a new cartridge into the mail slot; tgt knows it at once, and tells nobody. */
    public void bring(String barcode) throws IOException {
        image(folder.resolve("tapes").resolve(barcode), barcode, size.megabytes());
        unit(
                "update",
                size.drives() + 1,
                "--params",
                "element_type=3,address=" + FIRST_MAILBOX + ",barcode=" + barcode + ",sides=1");
    }

    /** A disk beside the tapes: tgt's disks have persistent reservations, its drives and changers don't. */
    public IscsiAddress addDisk() throws IOException {
        int unit = size.drives() + 2;
        Path image = Files.write(folder.resolve("disk"), new byte[1 << 20]);
        unit("new", unit, "-b", image.toString(), "--device-type", "disk");
        return new IscsiAddress("127.0.0.1", port, TARGET, unit);
    }

    /** Asks every initiator for this user from now on. */
    public void require(String user, String secret) throws IOException {
        admin("--mode", "account", "--op", "new", "--user", user, "--password", secret);
        admin("--mode", "account", "--op", "bind", "--tid", "1", "--user", user);
    }

    /** Asks for this user whoever wants to know which targets there are. */
    public void requireForDiscovery(String user, String secret) throws IOException {
        admin("--mode", "account", "--op", "new", "--user", user, "--password", secret);
        admin("--mode", "account", "--op", "bind", "--user", user);
    }

    /** Ends the target as a power failure does. */
    public void kill() throws IOException {
        tgtd.destroyForcibly();
        await(tgtd);
    }

    /** Its connections stay, nobody answers. */
    public void freeze() throws IOException {
        run(List.of("kill", "-STOP", Long.toString(tgtd.pid())));
    }

    public void thaw() throws IOException {
        run(List.of("kill", "-CONT", Long.toString(tgtd.pid())));
    }

    @Override
    public void close() throws IOException {
        if (tgtd.isAlive()) {
            try {
                thaw();
                admin("--mode", "target", "--op", "delete", "--tid", "1", "--force");
                admin("--mode", "system", "--op", "delete");
            } finally {
                // what it ends with does not count: its media are thrown away
                tgtd.destroy();
                if (!ended(tgtd, Duration.ofSeconds(2))) {
                    kill();
                }
            }
        }
    }

    private void build() throws IOException {
        Path tapes = Files.createDirectory(folder.resolve("tapes"));
        for (String barcode : barcodes) {
            image(tapes.resolve(barcode), barcode, size.megabytes());
        }
        admin("--mode", "target", "--op", "new", "--tid", "1", "-T", TARGET);
        for (int drive = 1; drive <= size.drives(); drive++) {
            Path none = folder.resolve("none" + drive);
            image(none, "NONE", 1);
            unit("new", drive, "-b", none.toString(), "--device-type", "tape");
            unit(
                    "update",
                    drive,
                    "--params",
                    "removable=1,vendor_id=HP,product_id=Ultrium 6-SCSI,product_rev=0001," + "scsi_sn=DRV0000" + drive
                            + ",scsi_id=LTO6-" + drive);
            unit("update", drive, "--params", "online=0");
        }
        buildChanger(tapes);
        admin("--mode", "target", "--op", "bind", "--tid", "1", "-I", "127.0.0.1");
    }

    private void buildChanger(Path tapes) throws IOException {
        int changer = size.drives() + 1;
        Path state = Files.write(folder.resolve("changer"), new byte[1024]);
        unit("new", changer, "-b", state.toString(), "--device-type", "changer");
        unit(
                "update",
                changer,
                "--params",
                "removable=1,vendor_id=STK,product_id=L700,product_rev=0104,scsi_sn=LIB00001");
        unit("update", changer, "--params", "media_home=" + tapes);
        unit("update", changer, "--params", "element_type=1,start_address=1,quantity=1");
        unit(
                "update",
                changer,
                "--params",
                "element_type=4,start_address=" + FIRST_DRIVE + ",quantity=" + size.drives());
        unit("update", changer, "--params", "element_type=3,start_address=" + FIRST_MAILBOX + ",quantity=1");
        unit("update", changer, "--params", "element_type=2,start_address=" + FIRST_SLOT + ",quantity=" + size.slots());
        for (int drive = 1; drive <= size.drives(); drive++) {
            unit(
                    "update",
                    changer,
                    "--params",
                    "element_type=4,address=" + (FIRST_DRIVE + drive - 1) + ",tid=1,lun=" + drive);
        }
        int slot = FIRST_SLOT;
        for (String barcode : barcodes) {
            unit("update", changer, "--params", "element_type=2,address=" + slot + ",barcode=" + barcode + ",sides=1");
            slot++;
        }
    }

    private void image(Path file, String barcode, int megabytes) throws IOException {
        run(List.of(
                "tgtimg",
                "--op",
                "new",
                "--device-type",
                "tape",
                "--barcode",
                barcode,
                "--size",
                Integer.toString(megabytes),
                "--type",
                "data",
                "--file",
                file.toString()));
    }

    private void unit(String operation, int lun, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(
                List.of("--mode", "logicalunit", "--op", operation, "--tid", "1", "--lun", Integer.toString(lun)));
        all.addAll(List.of(arguments));
        admin(all.toArray(String[]::new));
    }

    private void admin(String... arguments) throws IOException {
        run(Stream.concat(Stream.of("tgtadm", "-C", "0", "--lld", "iscsi"), Stream.of(arguments))
                .toList());
    }

    private void awaitControl() throws IOException {
        long end = System.nanoTime() + LIMIT.toNanos();
        IOException last = new IOException("tgtd ended at once");
        while (tgtd.isAlive() && System.nanoTime() < end) {
            try {
                admin("--mode", "system", "--op", "show");
                return;
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }

    private void run(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("TGT_IPC_SOCKET", socket(folder));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        await(process);
        if (process.exitValue() != 0) {
            throw new IOException(command.get(0) + " ended with " + process.exitValue() + ": " + output.strip());
        }
    }

    private static void await(Process process) throws IOException {
        if (!ended(process, LIMIT)) {
            process.destroyForcibly();
            throw new IOException("process " + process.pid() + " did not end within " + LIMIT);
        }
    }

    private static boolean ended(Process process, Duration limit) throws IOException {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static String socket(Path folder) {
        return folder.resolve("control").toString();
    }

    private static ScsiReply none(IscsiTransport unit, String name, Cdb cdb) throws IOException {
        return unit.execute(new ScsiCommand(name, cdb, Direction.NONE, null, LIMIT));
    }

    private static boolean installed(String program) {
        return Stream.concat(
                        Stream.of(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin", "/sbin"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static boolean libraryInstalled() {
        try {
            com.sun.jna.NativeLibrary.getInstance("libiscsi.so.7");
            return true;
        } catch (UnsatisfiedLinkError e) {
            return false;
        }
    }
}
