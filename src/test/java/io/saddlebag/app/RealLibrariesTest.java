package io.saddlebag.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.app.config.AttachmentConfig;
import io.saddlebag.app.config.DevicesConfig;
import io.saddlebag.app.config.DevicesFile;
import io.saddlebag.app.config.DriveConfig;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.library.Element;
import io.saddlebag.library.Library;
import io.saddlebag.node.DeviceSnippet;
import io.saddlebag.node.FoundDevice;
import io.saddlebag.node.PortalUser;
import io.saddlebag.scsi.Cdb;
import io.saddlebag.scsi.DeviceClaim;
import io.saddlebag.scsi.ReservationKey;
import io.saddlebag.scsi.ScsiCommand;
import io.saddlebag.scsi.ScsiException;
import io.saddlebag.scsi.ScsiFault;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.ScsiTransport;
import io.saddlebag.scsi.memory.Bay;
import io.saddlebag.scsi.memory.ChangerPlan;
import io.saddlebag.scsi.memory.SimulatedChanger;
import io.saddlebag.tape.TapeDrive;
import io.saddlebag.tape.memory.MemoryTapeDrive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Configured devices are opened over their attachments, and what is attached is told as a configuration. */
@Tag("M18")
class RealLibrariesTest {
    @TempDir
    Path home;

    private SimulatedChanger changer = ChangerPlan.ofSlots(3, 1)
            .drive("DRV1", Bay.SHELF)
            .drive("DRV2", Bay.SHELF)
            .media("A1")
            .build();
    private final Site site = new Site();

    /** /dev/sg1 and /dev/sg2 are drives, /dev/sg3 and an iSCSI address the robot. */
    private final class Site implements Devices {
        private final Set<String> unplugged = new HashSet<>();
        private final List<String> opened = new ArrayList<>();

        @Override
        public ScsiTransport open(AttachmentConfig attachment) throws IOException {
            if (unplugged.contains(attachment.address())) {
                throw new ScsiException(ScsiFault.NO_DEVICE, attachment + " is not there", "Plug it in.");
            }
            opened.add(attachment.address());
            return switch (attachment.address()) {
                case "/dev/sg1" -> new Serial("DRV1");
                case "/dev/sg2" -> new Serial("DRV2");
                default -> changer;
            };
        }

        @Override
        public TapeDrive drive(String name, ScsiTransport transport, DriveConfig options, DeviceClaim claim) {
            return new MemoryTapeDrive(name);
        }

        @Override
        public TapeDrive systemDrive(String name, AttachmentConfig attachment, DriveConfig options) {
            return new MemoryTapeDrive(name + "-st");
        }

        @Override
        public List<FoundDevice> behind(String portal, PortalUser user, Consumer<BackupException> unreachable) {
            return List.of();
        }
    }

    private record Serial(String name) implements ScsiTransport {
        @Override
        public int longestTransferBytes() {
            return 1 << 20;
        }

        @Override
        public ScsiReply execute(ScsiCommand command) {
            assertThat(command.cdb()).isEqualTo(Cdb.of(0x12, 1, 0x80, 0, 0xff, 0));
            byte[] answer = {
                1,
                (byte) 0x80,
                0,
                4,
                (byte) name.charAt(0),
                (byte) name.charAt(1),
                (byte) name.charAt(2),
                (byte) name.charAt(3)
            };
            Objects.requireNonNull(command.data()).duplicate().put(answer);
            return ScsiReply.good(answer.length);
        }

        @Override
        public void close() {}
    }

    private Library open(String yaml) throws IOException {
        Files.createDirectories(home.resolve("config"));
        Files.writeString(home.resolve(DevicesFile.PLACE), yaml);
        DevicesConfig config = DevicesFile.read(home, Set.of());
        DeviceLockFolders locks = new DeviceLockFolders(List.of(home.resolve("locks")));
        return new RealLibraries("chicago", config, site, locks, new SystemWaiter(), ReservationKey.of("chicago", 1))
                .open("tower");
    }

    private static final String YAML = """
            drives:
              lto1: { attachments: [{ sg: /dev/sg1 }] }
              lto2: { attachments: [{ st: /dev/nst1, host: chicago }, { sg: /dev/sg9, host: boston }], serial: DRV2 }
            libraries:
              tower:
                serial: LIB0001
                drives: [lto2, lto1]
                attachments: [{ sg: /dev/sg3 }, { iscsi: 'iscsi://10.0.0.5/iqn.2026-01.example:vtl/3' }]
            """;

    @Test
    void drives_are_found_in_the_library_by_serial_number() throws IOException {
        try (Library library = open(YAML)) {
            assertThat(library.drives().get(Element.drive(1)).name()).isEqualTo("lto1");
            assertThat(library.drives().get(Element.drive(2)).name()).isEqualTo("lto2-st");
            library.move(Element.slot(1), Element.mailSlot(1));
            assertThat(site.opened).containsExactly("/dev/sg3", "/dev/sg1");
        }
    }

    @Test
    void drives_are_found_in_the_library_by_their_world_wide_names() throws IOException {
        changer = ChangerPlan.ofSlots(3, 1)
                .namedDrive("DRV1", "50014380272ba4c1", Bay.SHELF)
                .namedDrive("DRV2", "50014380272ba4c4", Bay.SHELF)
                .media("A1")
                .build();
        String named = YAML.replace("sg: /dev/sg1 }]", "sg: /dev/sg1 }], wwn: 'naa.50:01:43:80:27:2B:A4:C4'")
                .replace("serial: DRV2", "serial: DRV2, wwn: 0x50014380272BA4C1");

        try (Library library = open(named)) {
            assertThat(library.drives().get(Element.drive(1)).name()).isEqualTo("lto2-st");
            assertThat(library.drives().get(Element.drive(2)).name()).isEqualTo("lto1");
        }
        assertThatThrownBy(() -> open(YAML)).hasMessageContaining("the library doesn't tell which drives stand where");
    }

    @Test
    void another_attachment_takes_over() throws IOException {
        site.unplugged.add("/dev/sg3");

        try (Library library = open(YAML)) {
            library.move(Element.slot(1), Element.slot(2));
        }

        assertThat(site.opened).contains("iscsi://10.0.0.5/iqn.2026-01.example:vtl/3");
        assertThat(changer.log()).hasSize(1);
    }

    @Test
    void what_the_configuration_names_wrongly_is_not_used() {
        assertThatThrownBy(() -> open(YAML.replace("LIB0001", "LIB0009")))
                .hasMessageContaining("is the device with serial number LIB0001, not library tower with LIB0009");
        assertThatThrownBy(() -> open(YAML.replace("host: chicago", "host: denver")))
                .hasMessageContaining("lto2 has no attachment on this host, chicago");
        assertThatThrownBy(() -> open(YAML.replace(", serial: DRV2", "")))
                .hasMessageContaining("a drive over st has no serial number of its own");
        assertThat(changer.log()).isEmpty();
    }

    @Test
    void what_the_kernel_knows_becomes_a_configuration() throws IOException {
        sg("sg0", 0, "ATA", "DISK", "D1");
        sg("sg10", 1, "HP", "Ultrium 6-SCSI", "123");
        sg("sg2", 1, "HP", "Ultrium 6-SCSI", "123");
        sg("sg3", 8, "STK", "L700", "");

        List<FoundDevice> found = new AttachedDevices(home).list();

        assertThat(DeviceSnippet.of(found)).isEqualTo("""
                        drives:
                          drive1:  # HP Ultrium 6-SCSI
                            serial: '123'
                            attachments: [{ sg: /dev/sg2 }, { sg: /dev/sg10 }]
                        libraries:
                          library1:  # STK L700
                            attachments: [{ sg: /dev/sg3 }]
                            drives: [drive1]
                        """);
        Files.createDirectories(home.resolve("config"));
        Files.writeString(home.resolve(DevicesFile.PLACE), DeviceSnippet.of(found));
        assertThat(DevicesFile.read(home, Set.of()).drives().get("drive1").serial())
                .isEqualTo("123");
        assertThat(new AttachedDevices(home.resolve("none")).list()).isEmpty();
    }

    private void sg(String name, int type, String vendor, String model, String serial) throws IOException {
        Path device = home.resolve("class/scsi_generic").resolve(name).resolve("device");
        Files.createDirectories(device);
        Files.writeString(device.resolve("type"), type + "\n");
        Files.writeString(device.resolve("vendor"), vendor + "      \n");
        Files.writeString(device.resolve("model"), model + "   \n");
        if (!serial.isEmpty()) {
            Files.writeString(device.resolve("vpd_pg80"), "\1\1\0" + (char) serial.length() + serial);
        }
    }
}
