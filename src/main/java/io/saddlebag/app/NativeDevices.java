package io.saddlebag.app;

import io.saddlebag.app.config.AttachmentConfig;
import io.saddlebag.app.config.DriveConfig;
import io.saddlebag.host.Waiter;
import io.saddlebag.node.FoundDevice;
import io.saddlebag.scsi.ScsiException;
import io.saddlebag.scsi.ScsiFault;
import io.saddlebag.scsi.ScsiTransport;
import io.saddlebag.scsi.iscsi.IscsiAddress;
import io.saddlebag.scsi.iscsi.IscsiLogin;
import io.saddlebag.scsi.iscsi.IscsiTransport;
import io.saddlebag.tape.TapeDrive;
import io.saddlebag.tape.scsi.DriveOptions;
import io.saddlebag.tape.scsi.ScsiTapeDrive;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Devices as this machine's native libraries reach them. */
final class NativeDevices implements Devices {
    private static final Duration LOGIN = Duration.ofSeconds(30);
    /** The naming authority's date and name stand for the program, not for a site. */
    private static final String INITIATOR = "iqn.2026-01.io.saddlebag:";

    private final Waiter waiter;

    NativeDevices(Waiter waiter) {
        this.waiter = waiter;
    }

    @Override
    public ScsiTransport open(AttachmentConfig attachment) throws ScsiException {
        return switch (attachment.kind()) {
            case ISCSI -> iscsi(IscsiAddress.parse(attachment.address()));
            case SG, ST -> throw notYet(attachment);
        };
    }

    private IscsiTransport iscsi(IscsiAddress address) throws ScsiException {
        String host = MachineName.get().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.-]", "-");
        return IscsiTransport.connect(new IscsiLogin(address, INITIATOR + host, null, LOGIN), waiter);
    }

    @Override
    public TapeDrive drive(String name, ScsiTransport transport, DriveConfig config) throws IOException {
        DriveOptions options = DriveOptions.DEFAULT;
        if (config.quirks().contains(DriveConfig.Quirk.COUNT_POSITIONS)) {
            options = options.counting();
        }
        if (config.quirks().contains(DriveConfig.Quirk.LONG_READS)) {
            options = options.withLongReads();
        }
        return ScsiTapeDrive.open(name, transport, waiter, options);
    }

    @Override
    public TapeDrive systemDrive(String name, AttachmentConfig attachment, DriveConfig config) throws ScsiException {
        throw notYet(attachment);
    }

    @Override
    public List<FoundDevice> behind(String portal) {
        return List.of();
    }

    private static ScsiException notYet(AttachmentConfig attachment) {
        return new ScsiException(
                ScsiFault.NO_DEVICE,
                "nothing leads to " + attachment + " on this machine",
                "Use an attachment of another kind.");
    }
}
