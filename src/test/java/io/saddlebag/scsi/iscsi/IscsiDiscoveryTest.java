package io.saddlebag.scsi.iscsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.lab.TapeLab;
import io.saddlebag.scsi.ScsiException;
import io.saddlebag.scsi.ScsiFault;
import io.saddlebag.scsi.UnitNumbers;
import io.saddlebag.scsi.UnitProfile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Portals of the Linux SCSI target framework, and what only looks like one. */
@Tag("M18")
class IscsiDiscoveryTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static TapeLab lab;

    @BeforeAll
    static void startLab(@TempDir Path folder) throws IOException {
        lab = TapeLab.start(folder, new TapeLab.Size(2, 1, 1));
    }

    @AfterAll
    static void stopLab() throws IOException {
        if (lab != null) {
            lab.close();
        }
    }

    private static IscsiDiscovery discovery(Duration limit) {
        return new IscsiDiscovery(TapeLab.INITIATOR, null, limit, new SystemWaiter());
    }

    private static IscsiPortal portal() {
        return new IscsiPortal("127.0.0.1", lab.port());
    }

    @Test
    void a_portal_names_its_targets_and_where_they_are_reached() throws IOException {
        assertThat(discovery(LIMIT).targets(portal()))
                .containsExactly(new IscsiTarget(TapeLab.TARGET, java.util.List.of(portal())));
    }

    @Test
    void a_target_tells_its_units_through_unit_0() throws IOException {
        IscsiAddress first = new IscsiAddress("127.0.0.1", lab.port(), TapeLab.TARGET, 0);
        IscsiLogin login = new IscsiLogin(first, TapeLab.INITIATOR, null, LIMIT);
        try (IscsiTransport unit = IscsiTransport.connectToList(login, new SystemWaiter())) {
            assertThat(UnitProfile.of(unit).orElseThrow().inquiry().vendor()).isEqualTo("IET");
            assertThat(UnitNumbers.of(unit).numbers()).containsExactly(0, 1, 2, 3);
        }
    }

    @Test
    void any_unit_tells_which_others_there_are_also_one_that_is_not_there() throws IOException {
        IscsiAddress none = new IscsiAddress("127.0.0.1", lab.port(), TapeLab.TARGET, 9);
        IscsiLogin login = new IscsiLogin(none, TapeLab.INITIATOR, null, LIMIT);
        try (IscsiTransport unit = IscsiTransport.connectToList(login, new SystemWaiter())) {
            assertThat(UnitProfile.of(unit)).isEmpty();
        }
    }

    @Test
    void a_portal_that_says_nothing_is_given_up() throws IOException {
        try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            IscsiPortal portal = new IscsiPortal("127.0.0.1", mute.getLocalPort());

            assertThatThrownBy(() -> discovery(Duration.ofMillis(200)).targets(portal))
                    .isInstanceOfSatisfying(ScsiException.class, e -> {
                        assertThat(e.code()).isEqualTo(ScsiFault.NO_DEVICE);
                        assertThat(e.what())
                                .isEqualTo("portal " + portal + " can't be reached: no answer within 0.2 s");
                    });
        }
    }

    @Test
    void a_port_without_a_portal_is_said_at_once() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        assertThatThrownBy(() -> discovery(LIMIT).targets(new IscsiPortal("127.0.0.1", free)))
                .isInstanceOfSatisfying(ScsiException.class, e -> {
                    assertThat(e.code()).isEqualTo(ScsiFault.NO_DEVICE);
                    assertThat(e.what()).startsWith("portal 127.0.0.1:" + free + " can't be reached");
                });
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.5:3261, 10.0.0.5, 3261, 10.0.0.5:3261",
        "tapes.example, tapes.example, 3260, tapes.example:3260",
        "iscsi://10.0.0.5, 10.0.0.5, 3260, 10.0.0.5:3260",
        "iscsi://10.0.0.5:1/, 10.0.0.5, 1, 10.0.0.5:1",
        "[fe80::1]:65535, fe80::1, 65535, [fe80::1]:65535",
        "fe80::1, fe80::1, 3260, [fe80::1]:3260",
        "iscsi://[::1], ::1, 3260, [::1]:3260",
    })
    void a_portal_is_a_host_and_maybe_a_port(String text, String host, int port, String written) {
        assertThat(IscsiPortal.parse(text))
                .isEqualTo(new IscsiPortal(host, port))
                .hasToString(written);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":3260",
                "host:",
                "host:0",
                "host:65536",
                "host:x",
                "ho st",
                "[::1",
                "http://host",
                "host/iqn.x:y"
            })
    void nothing_else_is_a_portal(String text) {
        assertThatThrownBy(() -> IscsiPortal.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_secret_in_a_portal_is_refused_and_not_repeated() {
        assertThatThrownBy(() -> IscsiPortal.parse("me%hidden@host"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("hidden");
    }
}
