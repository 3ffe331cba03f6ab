package io.saddlebag.app;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Waiter;
import io.saddlebag.library.Element;
import io.saddlebag.library.scsi.DrivePlaces;
import io.saddlebag.node.FoundDevice;
import io.saddlebag.scsi.ElementDevice;
import io.saddlebag.scsi.Inquiry;
import io.saddlebag.scsi.ScsiFault;
import io.saddlebag.scsi.UnitNumbers;
import io.saddlebag.scsi.UnitProfile;
import io.saddlebag.scsi.iscsi.ChapLogin;
import io.saddlebag.scsi.iscsi.IscsiAddress;
import io.saddlebag.scsi.iscsi.IscsiDiscovery;
import io.saddlebag.scsi.iscsi.IscsiLogin;
import io.saddlebag.scsi.iscsi.IscsiPortal;
import io.saddlebag.scsi.iscsi.IscsiTarget;
import io.saddlebag.scsi.iscsi.IscsiTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Looks behind an iSCSI portal: its targets, their units, and what stands in the changers among them (M18). */
final class PortalSurvey {
    /** For a login, and for a changer that isn't ready. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Of the addresses at which a target is reached, no more are tried. */
    private static final int MOST_WAYS = 4;

    private static final int MOST_UNITS = 256;

    /** What tgt can't do as drives do (docs/hardware.md). */
    private static final List<String> TGT_QUIRKS = List.of("countPositions", "longReads");

    private final String initiator;
    private final @Nullable ChapLogin chap;
    private final Waiter waiter;
    private final Consumer<BackupException> unreachable;
    private final FoundDevices found = new FoundDevices();
    private final Map<String, Map<Element, Optional<ElementDevice>>> told = new HashMap<>();

    /**
     * @param chap null when nobody is asked for
     * @param unreachable hears of what is listed and can't be asked
     */
    PortalSurvey(String initiator, @Nullable ChapLogin chap, Waiter waiter, Consumer<BackupException> unreachable) {
        this.initiator = initiator;
        this.chap = chap;
        this.waiter = waiter;
        this.unreachable = unreachable;
    }

    /** @throws BackupException when the portal itself doesn't answer, or doesn't let this host in */
    List<FoundDevice> behind(IscsiPortal portal) throws IOException {
        IscsiDiscovery discovery = new IscsiDiscovery(initiator, chap, PATIENCE, waiter);
        for (IscsiTarget target : discovery.targets(portal)) {
            for (IscsiPortal way : ways(portal, target)) {
                target(way, target.name());
            }
        }
        List<FoundDevice> drives = found.list().stream()
                .filter(each -> each.kind() == FoundDevice.Kind.DRIVE)
                .toList();
        return found.list().stream().map(each -> withDrives(each, drives)).toList();
    }

    /** The portal that was asked comes first: that one is known to be reachable from here. */
    private static List<IscsiPortal> ways(IscsiPortal asked, IscsiTarget target) {
        List<IscsiPortal> ways = new ArrayList<>();
        if (target.portals().isEmpty() || target.portals().contains(asked)) {
            ways.add(asked);
        }
        for (IscsiPortal each : target.portals()) {
            if (!ways.contains(each) && ways.size() < MOST_WAYS) {
                ways.add(each);
            }
        }
        return ways;
    }

    private void target(IscsiPortal way, String target) throws IOException {
        try {
            IscsiAddress first = address(way, target, 0);
            UnitNumbers units;
            boolean tgt;
            try (IscsiTransport any = IscsiTransport.connectToList(login(first), waiter)) {
                tgt = UnitProfile.of(any).map(PortalSurvey::isTgt).orElse(false);
                units = UnitNumbers.of(any);
            }
            if (units.numbers().size() > MOST_UNITS || units.others() > 0) {
                unreachable.accept(tooMuch(first, units));
            }
            for (int number : units.numbers().stream().limit(MOST_UNITS).toList()) {
                unit(address(way, target, number), tgt ? TGT_QUIRKS : List.of());
            }
        } catch (BackupException e) {
            unreachable.accept(e);
        }
    }

    private static IscsiAddress address(IscsiPortal way, String target, int unit) throws BackupException {
        try {
            return new IscsiAddress(way.host(), way.port(), target, unit);
        } catch (IllegalArgumentException e) {
            throw new BackupException(
                    ScsiFault.MALFORMED_ANSWER,
                    "portal " + way + " lists what is no target: " + e.getMessage(),
                    "Mend the target's name.",
                    e);
        }
    }

    private IscsiLogin login(IscsiAddress address) {
        return new IscsiLogin(address, initiator, chap, PATIENCE);
    }

    private void unit(IscsiAddress address, List<String> quirks) throws IOException {
        try (IscsiTransport unit = IscsiTransport.connect(login(address), waiter)) {
            Optional<UnitProfile> known = UnitProfile.of(unit);
            if (known.isPresent()) {
                UnitProfile profile = known.get();
                FoundDevice device = device(address, profile, quirks);
                found.add(device);
                if (device.kind() == FoundDevice.Kind.LIBRARY) {
                    told.put(
                            device.model() + device.serial(),
                            DrivePlaces.of(address.toString(), unit, waiter, PATIENCE));
                }
            }
        } catch (BackupException e) {
            unreachable.accept(e);
        }
    }

    private static FoundDevice device(IscsiAddress address, UnitProfile profile, List<String> quirks) {
        Inquiry inquiry = profile.inquiry();
        FoundDevice.Kind kind = switch (inquiry.deviceType()) {
            case Inquiry.TAPE -> FoundDevice.Kind.DRIVE;
            case Inquiry.CHANGER -> FoundDevice.Kind.LIBRARY;
            default -> FoundDevice.Kind.OTHER;
        };
        return new FoundDevice(
                kind,
                List.of("iscsi: \"" + address + "\""),
                (inquiry.vendor() + " " + inquiry.product()).strip(),
                printable(profile.serial().orElse("")),
                List.of(),
                kind == FoundDevice.Kind.DRIVE ? quirks : List.of());
    }

    private static boolean isTgt(UnitProfile unit) {
        return unit.inquiry().vendor().equals("IET") && unit.inquiry().product().equals("Controller");
    }

    /** Which of the drives found are those that a changer tells of: by their whole serial numbers alone. */
    private FoundDevice withDrives(FoundDevice library, List<FoundDevice> drives) {
        List<FoundDevice.Place> places = new ArrayList<>();
        told.getOrDefault(library.model() + library.serial(), Map.of()).forEach((element, device) -> {
            String serial = device.flatMap(d -> drives.stream()
                            .map(FoundDevice::serial)
                            .filter(d::names)
                            .findFirst())
                    .orElse("");
            places.add(new FoundDevice.Place(
                    element.toString(),
                    printable(device.map(ElementDevice::text).orElse("")),
                    serial));
        });
        return places.isEmpty()
                ? library
                : new FoundDevice(
                        library.kind(),
                        library.attachments(),
                        library.model(),
                        library.serial(),
                        places,
                        library.quirks());
    }

    private static BackupException tooMuch(IscsiAddress target, UnitNumbers units) {
        return new BackupException(
                ScsiFault.MALFORMED_ANSWER,
                "target " + target.target() + " at " + target.portal() + " has "
                        + units.numbers().size()
                        + " units, of which " + MOST_UNITS + " are looked at at most, and " + units.others()
                        + " with addresses of another kind, which are not",
                "Name those that are missing here in config/devices.yaml.");
    }

    /** It comes to terminals and into files. */
    private static String printable(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
