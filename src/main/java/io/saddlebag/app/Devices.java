package io.saddlebag.app;

import io.saddlebag.app.config.AttachmentConfig;
import io.saddlebag.app.config.DriveConfig;
import io.saddlebag.node.FoundDevice;
import io.saddlebag.scsi.ScsiException;
import io.saddlebag.scsi.ScsiFault;
import io.saddlebag.scsi.ScsiTransport;
import io.saddlebag.tape.TapeDrive;
import java.io.IOException;
import java.util.List;

/** What leads to real devices on this machine. */
interface Devices {
    /** A machine where nothing leads to devices. */
    Devices NONE = new Devices() {
        @Override
        public ScsiTransport open(AttachmentConfig attachment) throws ScsiException {
            throw none(attachment);
        }

        @Override
        public TapeDrive drive(String name, ScsiTransport transport, DriveConfig options) throws ScsiException {
            throw none(options.attachments().get(0));
        }

        @Override
        public TapeDrive systemDrive(String name, AttachmentConfig attachment, DriveConfig options)
                throws ScsiException {
            throw none(attachment);
        }

        @Override
        public List<FoundDevice> behind(String portal) {
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

    /** A drive over SCSI commands; closes the transport with it. */
    TapeDrive drive(String name, ScsiTransport transport, DriveConfig options) throws IOException;

    /** A drive of the operating system's tape driver. */
    TapeDrive systemDrive(String name, AttachmentConfig attachment, DriveConfig options) throws IOException;

    /**
     * What an iSCSI portal offers.
     *
     * @param portal {@code iscsi://host:port}
     */
    List<FoundDevice> behind(String portal) throws IOException;
}
