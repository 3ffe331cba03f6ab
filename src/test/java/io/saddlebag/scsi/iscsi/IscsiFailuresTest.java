package io.saddlebag.scsi.iscsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.lab.CutProxy;
import io.saddlebag.lab.TapeLab;
import io.saddlebag.scsi.Cdb;
import io.saddlebag.scsi.ScsiCommand;
import io.saddlebag.scsi.ScsiCommand.Direction;
import io.saddlebag.scsi.ScsiException;
import io.saddlebag.scsi.ScsiFault;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.ScsiTransport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Targets that fall silent, connections that break, and logins that fail. */
@Tag("M3")
@Tag("M18")
class IscsiFailuresTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int BLOCK = 262_144;

    @TempDir
    private Path folder;

    private TapeLab lab;

    @BeforeEach
    void startLab() throws IOException {
        lab = TapeLab.start(folder, new TapeLab.Size(1, 1, 64));
        lab.load(1, 1);
    }

    @AfterEach
    void stopLab() throws IOException {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void a_command_without_an_answer_times_out_and_ends_the_connection() throws IOException {
        try (ScsiTransport drive = drive(lab.drive(1))) {
            ScsiCommand write = write(ByteBuffer.allocateDirect(BLOCK), Duration.ofMillis(300));
            lab.freeze();
            long begin = System.nanoTime();

            refuses(ScsiFault.TIMED_OUT, () -> drive.execute(write));

            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(Duration.ofMillis(300), LIMIT);
            lab.thaw();
            refuses(ScsiFault.NO_DEVICE, () -> drive.execute(write));
        }
        assertThat(blocks()).as("sent once at most").isLessThanOrEqualTo(1);
    }

    @Test
    void a_login_without_an_answer_times_out() throws IOException {
        try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            IscsiAddress address = new IscsiAddress("127.0.0.1", mute.getLocalPort(), TapeLab.TARGET, 1);

            assertThatThrownBy(() -> connect(address, null, Duration.ofMillis(200)))
                    .isInstanceOfSatisfying(ScsiException.class, e -> {
                        assertThat(e.code()).isEqualTo(ScsiFault.NO_DEVICE);
                        assertThat(e.what()).isEqualTo(address + " can't be reached: no answer within 0.2 s");
                    });
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 47, 48, 49, 8192, 100_000, 262_000})
    void a_connection_cut_within_a_write_is_lost_and_nothing_is_sent_again(int passedBytes) throws IOException {
        assertThat(writtenWhenCut(CutProxy.Way.TO_TARGET, passedBytes)).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 47})
    void a_connection_cut_within_the_answer_leaves_the_block_on_tape_once(int passedBytes) throws IOException {
        // the small block needs no answer of the target in between
        assertThat(writtenWhenCut(CutProxy.Way.FROM_TARGET, passedBytes)).isIn(2, 3);
    }

    @Test
    void a_connection_cut_within_a_read_is_lost() throws IOException {
        try (CutProxy wire = new CutProxy(lab.port());
                ScsiTransport drive = drive(through(wire))) {
            drive.execute(write(ByteBuffer.allocateDirect(BLOCK), LIMIT));
            drive.execute(none("REWIND", 0x01));
            wire.cutAfter(CutProxy.Way.FROM_TARGET, 10_000);

            refuses(ScsiFault.CONNECTION_LOST, () -> drive.execute(read(ByteBuffer.allocateDirect(BLOCK))));
            refuses(ScsiFault.NO_DEVICE, () -> drive.execute(read(ByteBuffer.allocate(BLOCK))));

            assertThat(wire.connections()).isEqualTo(1);
        }
    }

    @Test
    void an_idle_connection_that_broke_is_lost_at_the_next_command() throws IOException {
        try (CutProxy wire = new CutProxy(lab.port());
                ScsiTransport drive = drive(through(wire))) {
            wire.cut();

            assertThatThrownBy(() -> drive.execute(none("TEST UNIT READY", 0)))
                    .isInstanceOfSatisfying(ScsiException.class, e -> {
                        assertThat(e.code()).isEqualTo(ScsiFault.CONNECTION_LOST);
                        assertThat(e.what())
                                .startsWith("the connection to " + drive.name() + " broke during TEST UNIT READY");
                    });

            assertThat(wire.connections()).isEqualTo(1);
        }
    }

    @Test
    void a_killed_target_is_a_lost_connection() throws IOException {
        try (ScsiTransport drive = drive(lab.drive(1))) {
            lab.kill();

            refuses(ScsiFault.CONNECTION_LOST, () -> drive.execute(write(ByteBuffer.allocateDirect(BLOCK), LIMIT)));
        }
        refuses(ScsiFault.NO_DEVICE, () -> lab.connect(lab.drive(1)));
    }

    @Test
    void a_unit_or_target_that_is_not_there_is_no_device() {
        refuses(ScsiFault.NO_DEVICE, () -> lab.connect(new IscsiAddress("127.0.0.1", lab.port(), TapeLab.TARGET, 9)));
        refuses(
                ScsiFault.NO_DEVICE,
                () -> lab.connect(new IscsiAddress("127.0.0.1", lab.port(), TapeLab.TARGET + "x", 1)));
    }

    @Test
    void a_secret_opens_a_target_that_asks_for_one_and_is_never_shown() throws IOException {
        String secret = "correct horse battery";
        lab.require("backup", secret);
        ChapLogin right = ChapLogin.fromVariable("backup", Map.of("CHAP", secret), "CHAP");
        ChapLogin wrong = ChapLogin.read(
                "backup", new ByteArrayInputStream("wrong horse battery\n".getBytes(StandardCharsets.US_ASCII)));

        connect(lab.drive(1), right, LIMIT).close();

        assertThatThrownBy(() -> connect(lab.drive(1), wrong, LIMIT)).isInstanceOfSatisfying(ScsiException.class, e -> {
            assertThat(e.code()).isEqualTo(ScsiFault.NOT_ALLOWED);
            assertThat(e).hasMessageNotContaining("horse");
        });
        refuses(ScsiFault.NOT_ALLOWED, () -> connect(lab.drive(1), null, LIMIT));
        assertThat(right).hasToString("CHAP user backup");
    }

    @Test
    void a_missing_library_is_named_with_its_package() {
        assertThatThrownBy(() -> LibIscsi.load(List.of("libnowhere.so.1"))).isInstanceOf(UnsatisfiedLinkError.class);
        assertThat(IscsiLibrary.missing("it", new UnsatisfiedLinkError())).hasMessageContaining("libiscsi7");
    }

    @Test
    void the_longest_transfer_goes_and_comes_in_one_piece() throws IOException {
        try (ScsiTransport drive = drive(lab.drive(1))) {
            int longest = drive.longestTransferBytes();
            ByteBuffer written = ByteBuffer.allocate(longest);
            for (int i = 0; i < longest; i++) {
                written.put(i, (byte) ((i * 31) >> 3));
            }

            assertThat(drive.execute(write(written, LIMIT)).transferredBytes()).isEqualTo(longest);
            drive.execute(none("REWIND", 0x01));
            ByteBuffer got = ByteBuffer.allocate(longest);
            assertThat(drive.execute(read(got)).transferredBytes()).isEqualTo(longest);

            assertThat(got).isEqualTo(written);
        }
    }

    private int writtenWhenCut(CutProxy.Way way, int passedBytes) throws IOException {
        try (CutProxy wire = new CutProxy(lab.port());
                ScsiTransport drive = drive(through(wire))) {
            for (int i = 0; i < 2; i++) {
                assertThat(drive.execute(write(ByteBuffer.allocateDirect(BLOCK), LIMIT))
                                .isGood())
                        .isTrue();
            }
            wire.cutAfter(way, passedBytes);

            refuses(ScsiFault.CONNECTION_LOST, () -> drive.execute(write(ByteBuffer.allocateDirect(BLOCK), LIMIT)));
            refuses(ScsiFault.NO_DEVICE, () -> drive.execute(none("TEST UNIT READY", 0)));

            assertThat(wire.connections()).as("logged in once").isEqualTo(1);
        }
        return blocks();
    }

    private int blocks() throws IOException {
        try (ScsiTransport drive = drive(lab.drive(1))) {
            drive.execute(none("REWIND", 0x01));
            int blocks = 0;
            while (drive.execute(read(ByteBuffer.allocateDirect(BLOCK))).isGood()) {
                blocks++;
            }
            return blocks;
        }
    }

    private IscsiAddress through(CutProxy wire) {
        return new IscsiAddress("127.0.0.1", wire.port(), TapeLab.TARGET, 1);
    }

    /** Ready: its first unit attention is taken. */
    private ScsiTransport drive(IscsiAddress address) throws IOException {
        ScsiTransport drive = lab.connect(address);
        assertThat(drive.execute(none("TEST UNIT READY", 0)).status()).isEqualTo(ScsiReply.CHECK_CONDITION);
        assertThat(drive.execute(none("TEST UNIT READY", 0)).isGood()).isTrue();
        return drive;
    }

    private static IscsiTransport connect(IscsiAddress address, ChapLogin chap, Duration timeout) throws IOException {
        return IscsiTransport.connect(new IscsiLogin(address, TapeLab.INITIATOR, chap, timeout), new SystemWaiter());
    }

    private static ScsiCommand none(String name, int operation) {
        return new ScsiCommand(name, Cdb.of(operation, 0, 0, 0, 0, 0), Direction.NONE, null, LIMIT);
    }

    private static ScsiCommand write(ByteBuffer block, Duration limit) {
        int n = block.remaining();
        Cdb cdb = Cdb.of(0x0a, 0, n >> 16, n >> 8 & 0xff, n & 0xff, 0);
        return new ScsiCommand("WRITE(6)", cdb, Direction.OUT, block, limit);
    }

    private static ScsiCommand read(ByteBuffer into) {
        int n = into.remaining();
        Cdb cdb = Cdb.of(0x08, 0, n >> 16, n >> 8 & 0xff, n & 0xff, 0);
        return new ScsiCommand("READ(6)", cdb, Direction.IN, into, LIMIT);
    }

    private static void refuses(ScsiFault fault, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ScsiException.class, e -> assertThat(e.code()).isEqualTo(fault));
    }
}
