package io.saddlebag.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.app.config.AttachmentConfig;
import io.saddlebag.app.config.DevicesFile;
import io.saddlebag.app.config.DriveConfig;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.lab.TapeLab;
import io.saddlebag.library.Element;
import io.saddlebag.library.HostReservations;
import io.saddlebag.library.Library;
import io.saddlebag.node.FoundDevice;
import io.saddlebag.node.PortalUser;
import io.saddlebag.scsi.DeviceClaim;
import io.saddlebag.scsi.ReservationKey;
import io.saddlebag.scsi.ScsiTransport;
import io.saddlebag.scsi.memory.Bay;
import io.saddlebag.scsi.memory.ChangerPlan;
import io.saddlebag.scsi.memory.SimulatedReservations;
import io.saddlebag.scsi.memory.SimulatedTape;
import io.saddlebag.tape.TapeDrive;
import io.saddlebag.tape.scsi.DriveOptions;
import io.saddlebag.tape.scsi.ScsiTapeDrive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code persistentReservation} of config/devices.yaml, and the command that takes a reservation away. */
@Tag("M19")
class SharedDevicesTest {
    @TempDir
    Path home;

    private final SimulatedReservations drive = SimulatedReservations.of(new SimulatedTape("DRV1", 1, Set.of()));
    private final SimulatedReservations robot = SimulatedReservations.of(
            ChangerPlan.ofSlots(2, 1).drive("SIMDRV1", Bay.SHELF).media("A1").build());

    @BeforeEach
    void configure() throws IOException {
        Files.createDirectories(home.resolve("config"));
        Files.writeString(home.resolve("config/saddlebag.yaml"), "");
        Files.writeString(home.resolve(DevicesFile.PLACE), """
                drives:
                  lto1: { attachments: [{ sg: /dev/sg1 }], persistentReservation: true }
                libraries:
                  tower: { attachments: [{ sg: /dev/sg3 }], drives: [lto1], persistentReservation: true }
                """);
    }

    private record San(SimulatedReservations drive, SimulatedReservations robot, String host) implements Devices {
        @Override
        public ScsiTransport open(AttachmentConfig attachment) {
            return (attachment.address().equals("/dev/sg1") ? drive : robot).from(host);
        }

        @Override
        public TapeDrive drive(String name, ScsiTransport transport, DriveConfig options, DeviceClaim claim)
                throws IOException {
            return ScsiTapeDrive.open(name, transport, new SystemWaiter(), DriveOptions.DEFAULT, claim);
        }

        @Override
        public TapeDrive systemDrive(String name, AttachmentConfig attachment, DriveConfig options) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<FoundDevice> behind(String portal, PortalUser user, Consumer<BackupException> unreachable) {
            return List.of();
        }
    }

    private Library open(String host) throws IOException {
        DeviceLockFolders locks = new DeviceLockFolders(List.of(home.resolve("locks-" + host)));
        return new RealLibraries(
                        host,
                        DevicesFile.read(home, Set.of()),
                        new San(drive, robot, host),
                        locks,
                        new SystemWaiter(),
                        ReservationKey.of(host, 7))
                .open("tower");
    }

    @Test
    void drives_and_robots_with_that_option_are_reserved_for_a_host() throws IOException {
        try (Library chicago = open("chicago");
                Library boston = open("boston")) {
            Library.Reservation mine = chicago.reserve(Element.drive(1));

            assertThat(drive.holder()).isEqualTo("chicago");
            assertThatThrownBy(() -> boston.reserve(Element.drive(1)))
                    .hasMessageContaining(
                            "drive lto1 is reserved by another host (key " + ReservationKey.of("chicago", 7) + ")")
                    .hasMessageContaining("unresdev --force");
            assertThat(((HostReservations) boston).breakReservation(Element.drive(1)))
                    .contains(ReservationKey.of("chicago", 7).toString());
            boston.reserve(Element.drive(1)).close();
            mine.close();
            boston.move(Element.slot(1), Element.slot(2));
        }
        assertThat(robot.log()).containsSubsequence("boston reserve", "boston release");
        assertThat(drive.registrations()).isEmpty();
    }

    @Test
    void locks_of_another_folder_are_another_host() {
        DeviceLockFolders one = new DeviceLockFolders(List.of(home.resolve("a"), home.resolve("shared")));
        DeviceLockFolders other = new DeviceLockFolders(List.of(home.resolve("b"), home.resolve("shared")));
        DeviceLockFolders alone = new DeviceLockFolders(List.of(home.resolve("c")));

        assertThat(one.scope()).isEqualTo(other.scope()).isNotEqualTo(alone.scope());
        assertThat(one.scope()).startsWith(MachineName.get());
    }

    @Test
    void a_drive_that_can_not_be_reserved_is_not_used_when_it_should_be() throws IOException {
        try (TapeLab lab = TapeLab.start(Files.createDirectory(home.resolve("t")), new TapeLab.Size(1, 1, 1))) {
            Files.writeString(home.resolve(DevicesFile.PLACE), """
                    drives:
                      left:
                        attachments: [{ iscsi: "%s" }]
                        persistentReservation: true
                    libraries:
                      vault: { attachments: [{ iscsi: "%s" }], drives: [left] }
                    """.formatted(lab.drive(1), lab.changer()));

            assertThat(CommandLineInProcess.run(home, "library", "vault", "resdev", "dte1", "--for", "0s")
                            .ends(1)
                            .err())
                    .startsWith("SBG-U004 drive left knows no persistent reservations");
            assertThat(CommandLineInProcess.run(home, "library", "vault", "unresdev", "dte1", "--force")
                            .ends(1)
                            .err())
                    .startsWith("SBG-U004 drive left knows no persistent reservations");
            assertThat(CommandLineInProcess.run(home, "library", "vault", "unresdev", "mte1", "--force")
                            .ends(1)
                            .err())
                    .startsWith("SBG-L014 mte1 of library vault has no reservation that could be taken");
        }
    }

    @Test
    @Tag("E10")
    void a_virtual_library_is_shared_with_nobody() throws IOException {
        Files.delete(home.resolve(DevicesFile.PLACE));
        Files.writeString(
                home.resolve("config/saddlebag.yaml"),
                "libraries:\n  vault: { folder: vault, create: { slots: 2, drives: 1, capacity: 4MiB } }\n");

        assertThat(CommandLineInProcess.run(home, "library", "vault", "unresdev", "dte1", "--force")
                        .ends(2)
                        .err())
                .contains("--force is for libraries that other hosts use, too; library vault is not one");
    }
}
