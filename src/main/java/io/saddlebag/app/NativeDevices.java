package io.saddlebag.app;

import io.saddlebag.app.config.AttachmentConfig;
import io.saddlebag.app.config.ChapConfig;
import io.saddlebag.app.config.ConfigFault;
import io.saddlebag.app.config.DevicesFile;
import io.saddlebag.app.config.DriveConfig;
import io.saddlebag.app.config.TimeoutsConfig;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Waiter;
import io.saddlebag.node.FoundDevice;
import io.saddlebag.node.PortalUser;
import io.saddlebag.scsi.DeviceClaim;
import io.saddlebag.scsi.ScsiException;
import io.saddlebag.scsi.ScsiFault;
import io.saddlebag.scsi.ScsiTransport;
import io.saddlebag.scsi.TapeDensity;
import io.saddlebag.scsi.iscsi.ChapLogin;
import io.saddlebag.scsi.iscsi.IscsiAddress;
import io.saddlebag.scsi.iscsi.IscsiLogin;
import io.saddlebag.scsi.iscsi.IscsiPortal;
import io.saddlebag.scsi.iscsi.IscsiTransport;
import io.saddlebag.scsi.sg.SgTransport;
import io.saddlebag.scsi.windows.WindowsTransport;
import io.saddlebag.tape.BlockLimits;
import io.saddlebag.tape.TapeDrive;
import io.saddlebag.tape.scsi.DriveOptions;
import io.saddlebag.tape.scsi.ScsiTapeDrive;
import io.saddlebag.tape.st.StTapeDrive;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Devices as this machine's native libraries reach them. */
final class NativeDevices implements Devices {
    private static final Duration LOGIN = Duration.ofSeconds(30);
    /** The naming authority's date and name stand for the program, not for a site. */
    private static final String INITIATOR = "iqn.2026-01.io.saddlebag:";

    /** The tape driver doesn't tell a drive's limits; adapters rarely pass more than this on. */
    private static final BlockLimits SYSTEM_LIMITS = new BlockLimits(1, 1 << 20);

    private final Path home;
    private final Waiter waiter;

    /** @param home that files with secrets are relative to */
    NativeDevices(Path home, Waiter waiter) {
        this.home = home;
        this.waiter = waiter;
    }

    @Override
    public ScsiTransport open(AttachmentConfig attachment) throws IOException {
        return switch (attachment.kind()) {
            case ISCSI -> iscsi(IscsiAddress.parse(attachment.address()), attachment.chap());
            case SG -> SgTransport.open(Path.of(attachment.address()));
            case WINDOWS -> WindowsTransport.open(attachment.address());
            case ST ->
                throw new ScsiException(
                        ScsiFault.NO_DEVICE,
                        attachment + " takes no SCSI commands: the system's tape driver speaks to the drive",
                        "Use its /dev/sg device, or use it as a drive only.");
        };
    }

    private IscsiTransport iscsi(IscsiAddress address, @Nullable ChapConfig chap) throws IOException {
        ChapLogin login = chap == null ? null : ChapSecrets.read(chap.user(), home.resolve(chap.secretFile()));
        return IscsiTransport.connect(new IscsiLogin(address, initiator(), login, LOGIN), waiter);
    }

    private static String initiator() {
        return INITIATOR + MachineName.get().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.-]", "-");
    }

    @Override
    public TapeDrive drive(String name, ScsiTransport transport, DriveConfig config, DeviceClaim claim)
            throws IOException {
        DriveOptions options = DriveOptions.DEFAULT;
        if (config.quirks().contains(DriveConfig.Quirk.COUNT_POSITIONS)) {
            options = options.counting();
        }
        if (config.quirks().contains(DriveConfig.Quirk.LONG_READS)) {
            options = options.withLongReads();
        }
        String density = config.density();
        if (density != null) {
            options = options.withDensity(TapeDensity.ofLabel(density.toUpperCase(Locale.ROOT))
                    .orElseThrow(() -> new BackupException(
                            ConfigFault.MALFORMED,
                            DevicesFile.PLACE + ": drives." + name + ".density: there is no density '" + density + "'",
                            "Valid are: " + TapeDensity.labels() + ".")));
        }
        Boolean compaction = config.compaction();
        if (compaction != null) {
            options = options.withCompaction(compaction ? DriveOptions.Compaction.ON : DriveOptions.Compaction.OFF);
        }
        options = options.withProtection(
                switch (config.logicalBlockProtection()) {
                    case AUTO -> DriveOptions.Protection.AUTO;
                    case REQUIRED -> DriveOptions.Protection.REQUIRED;
                    case OFF -> DriveOptions.Protection.OFF;
                });
        TimeoutsConfig timeouts = config.timeouts();
        if (timeouts != null) {
            options = options.withTimeouts(timeouts.timeouts());
        }
        return ScsiTapeDrive.open(name, transport, waiter, options, claim);
    }

    @Override
    public TapeDrive systemDrive(String name, AttachmentConfig attachment, DriveConfig config) throws ScsiException {
        return StTapeDrive.open(name, Path.of(attachment.address()), SYSTEM_LIMITS);
    }

    @Override
    public List<FoundDevice> behind(String portal, @Nullable PortalUser user, Consumer<BackupException> unreachable)
            throws IOException {
        ChapLogin chap = user == null ? null : ChapSecrets.read(user.name(), user.secretFile());
        return new PortalSurvey(initiator(), chap, waiter, unreachable).behind(IscsiPortal.parse(portal));
    }
}
