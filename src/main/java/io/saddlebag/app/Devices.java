package io.saddlebag.app;

import io.saddlebag.app.config.AttachmentConfig;
import io.saddlebag.app.config.DriveConfig;
import io.saddlebag.fault.BackupException;
import io.saddlebag.node.FoundDevice;
import io.saddlebag.node.PortalUser;
import io.saddlebag.scsi.DeviceClaim;
import io.saddlebag.scsi.ScsiException;
import io.saddlebag.scsi.ScsiFault;
import io.saddlebag.scsi.ScsiTransport;
import io.saddlebag.tape.TapeDrive;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What leads to real devices on this machine. */
interface Devices {
    /** A machine where nothing leads to devices. */
    Devices NONE = new Devices() {
        @Override
        public ScsiTransport open(AttachmentConfig attachment) throws ScsiException {
            throw none(attachment);
        }

        @Override
        public TapeDrive drive(String name, ScsiTransport transport, DriveConfig options, DeviceClaim claim)
                throws ScsiException {
            throw none(options.attachments().get(0));
        }

        @Override
        public TapeDrive systemDrive(String name, AttachmentConfig attachment, DriveConfig options)
                throws ScsiException {
            throw none(attachment);
        }

        @Override
        public List<FoundDevice> behind(
                String portal, @Nullable PortalUser user, Consumer<BackupException> unreachable) {
            return List.of();
        }

        private ScsiException none(AttachmentConfig attachment) {
            return new ScsiException(
                    ScsiFault.NO_DEVICE,
                    "nothing leads to " + attachment + " on this machine",
                    "Use an attachment of another kind.");
        }
    };

    /** @throws ScsiException {@link ScsiFault#NO_DEVICE}, {@link ScsiFault#NOT_ALLOWED}, {@link ScsiFault#IN_USE} */
    ScsiTransport open(AttachmentConfig attachment) throws IOException;

    /**
     * A drive over SCSI commands; closes the transport with it.
     *
     * @param claim over the same transport
     */
    TapeDrive drive(String name, ScsiTransport transport, DriveConfig options, DeviceClaim claim) throws IOException;

    /** A drive of the operating system's tape driver. */
    TapeDrive systemDrive(String name, AttachmentConfig attachment, DriveConfig options) throws IOException;

    /**
     * What an iSCSI portal offers.
     *
     * @param portal {@code host:port}, also behind {@code iscsi://}
     * @param user whom it and its targets ask for; null for nobody
     * @param unreachable hears of what is listed and can't be asked
     * @throws BackupException when the portal itself doesn't answer, or doesn't let this host in
     * @throws IllegalArgumentException when it is no portal
     */
    List<FoundDevice> behind(String portal, @Nullable PortalUser user, Consumer<BackupException> unreachable)
            throws IOException;
}
