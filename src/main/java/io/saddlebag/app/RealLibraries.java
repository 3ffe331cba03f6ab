package io.saddlebag.app;

import io.saddlebag.app.config.AttachmentConfig;
import io.saddlebag.app.config.ConfigFault;
import io.saddlebag.app.config.DevicesConfig;
import io.saddlebag.app.config.DevicesFile;
import io.saddlebag.app.config.DriveConfig;
import io.saddlebag.app.config.RobotConfig;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.DeviceLocks;
import io.saddlebag.host.Waiter;
import io.saddlebag.library.Library;
import io.saddlebag.library.scsi.LibraryDrive;
import io.saddlebag.library.scsi.ScsiLibrary;
import io.saddlebag.scsi.DeviceClaim;
import io.saddlebag.scsi.FailoverTransport;
import io.saddlebag.scsi.PersistentClaim;
import io.saddlebag.scsi.ReservationKey;
import io.saddlebag.scsi.ReservationType;
import io.saddlebag.scsi.ScsiTransport;
import io.saddlebag.tape.TapeDrive;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Opens libraries and drives over their attachments on this host (M18). */
final class RealLibraries {
    private final String host;
    private final DevicesConfig config;
    private final Devices devices;
    private final DeviceLocks locks;
    private final Waiter waiter;
    private final ReservationKey key;

    /**
     * @param host this host's name in attachments
     * @param key of this process; its host is all that looks at these locks
     */
    RealLibraries(
            String host, DevicesConfig config, Devices devices, DeviceLocks locks, Waiter waiter, ReservationKey key) {
        this.host = host;
        this.key = key;
        this.config = config;
        this.devices = devices;
        this.locks = locks;
        this.waiter = waiter;
    }

    DevicesConfig config() {
        return config;
    }

    /** Nothing is left open when this fails. */
    Library open(String name) throws IOException {
        RobotConfig robot = Objects.requireNonNull(config.libraries().get(name));
        List<Closeable> opened = new ArrayList<>();
        boolean done = false;
        try {
            FailoverTransport changer =
                    FailoverTransport.open("library " + name, ways(name, robot.attachments()), robot.serial());
            opened.add(changer);
            List<LibraryDrive> drives = new ArrayList<>();
            for (String each : robot.drives()) {
                LibraryDrive drive =
                        drive(each, Objects.requireNonNull(config.drives().get(each)));
                opened.add(drive.drive());
                drives.add(drive);
            }
            ScsiLibrary library = ScsiLibrary.open(new ScsiLibrary.Parts(
                    name,
                    changer,
                    changer.serial().orElse("library-" + name),
                    robot.persistentReservation()
                            ? claim("library " + name, changer, ReservationType.WRITE_EXCLUSIVE)
                            : DeviceClaim.UNSHARED,
                    drives,
                    locks,
                    waiter,
                    robot.probe() ? ScsiLibrary.Probing.ALLOWED : ScsiLibrary.Probing.REFUSED));
            done = true;
            return library;
        } finally {
            if (!done) {
                for (Closeable each : opened) {
                    each.close();
                }
            }
        }
    }

    private LibraryDrive drive(String name, DriveConfig drive) throws IOException {
        List<AttachmentConfig> here = here(name, drive.attachments());
        if (here.get(0).kind() == AttachmentConfig.Kind.ST) {
            String serial = drive.serial();
            if (serial == null) {
                throw new BackupException(
                        ConfigFault.MALFORMED,
                        DevicesFile.PLACE + ": drives." + name + ": a drive over st has no serial number of its own"
                                + " that could be asked for",
                        "Give it its 'serial'; discoverdev shows it.");
            }
            return new LibraryDrive(
                    devices.systemDrive(name, here.get(0), drive), serial, drive.wwn(), drive.element());
        }
        FailoverTransport transport = FailoverTransport.open("drive " + name, ways(name, here), drive.serial());
        boolean done = false;
        try {
            String serial = transport
                    .serial()
                    .orElseThrow(() -> new BackupException(
                            ConfigFault.MALFORMED,
                            DevicesFile.PLACE + ": drives." + name + ": the drive behind " + transport.name()
                                    + " tells no serial number",
                            "Such a drive can't be found in a library."));
            DeviceClaim claim = drive.persistentReservation()
                    ? claim("drive " + name, transport, ReservationType.EXCLUSIVE_ACCESS)
                    : DeviceClaim.UNSHARED;
            TapeDrive opened = devices.drive(name, transport, drive, claim);
            done = true;
            return new LibraryDrive(opened, serial, drive.wwn(), drive.element(), claim);
        } finally {
            if (!done) {
                transport.close();
            }
        }
    }

    private DeviceClaim claim(String device, ScsiTransport transport, ReservationType type) {
        return new PersistentClaim(device, transport, key, type, waiter);
    }

    private List<FailoverTransport.Way> ways(String name, List<AttachmentConfig> attachments) throws BackupException {
        return here(name, attachments).stream()
                .filter(each -> each.kind() != AttachmentConfig.Kind.ST)
                .map(each -> (FailoverTransport.Way) new ConfiguredWay(devices, each))
                .toList();
    }

    private List<AttachmentConfig> here(String name, List<AttachmentConfig> attachments) throws BackupException {
        List<AttachmentConfig> here = attachments.stream()
                .filter(each -> each.host() == null || each.host().equals(host))
                .toList();
        if (here.isEmpty()) {
            throw new BackupException(
                    ConfigFault.MALFORMED,
                    DevicesFile.PLACE + ": " + name + " has no attachment on this host, " + host,
                    "Add one, or use the device from a host that has one.");
        }
        return here;
    }

    private record ConfiguredWay(Devices devices, AttachmentConfig attachment) implements FailoverTransport.Way {
        @Override
        public String name() {
            return attachment.address();
        }

        @Override
        public ScsiTransport open() throws IOException {
            return devices.open(attachment);
        }
    }
}
