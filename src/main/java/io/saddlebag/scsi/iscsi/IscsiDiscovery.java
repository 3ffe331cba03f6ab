package io.saddlebag.scsi.iscsi;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.saddlebag.host.Deadline;
import io.saddlebag.host.Waiter;
import io.saddlebag.scsi.ScsiException;
import io.saddlebag.scsi.ScsiFault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks portals for their targets, in a discovery session of its own (SendTargets, RFC 7143, 4.3 and appendix C). */
public final class IscsiDiscovery {
    /** More would not be a list that people look at. */
    static final int MOST_TARGETS = 1024;

    static final int MOST_PORTALS = 64;

    private static final int PORTALS_AT = 2 * Native.POINTER_SIZE;

    private final String initiator;
    private final @Nullable ChapLogin chap;
    private final Duration timeout;
    private final Waiter waiter;

    /**
     * @param initiator this host's iSCSI name
     * @param chap null when the portal asks for nobody
     * @param timeout for each portal, from connecting to its list
     */
    public IscsiDiscovery(String initiator, @Nullable ChapLogin chap, Duration timeout, Waiter waiter) {
        this.initiator = initiator;
        this.chap = chap;
        this.timeout = timeout;
        this.waiter = waiter;
    }

    /**
     * The targets that this host may see, in the portal's order.
     *
     * @throws ScsiException {@link ScsiFault#NO_DEVICE} when the portal doesn't answer, {@link ScsiFault#NOT_ALLOWED} when
     *     it asks for another user or secret, {@link ScsiFault#MALFORMED_ANSWER} when its list has no end
     */
    public List<IscsiTarget> targets(IscsiPortal portal) throws ScsiException {
        String name = "portal " + portal;
        IscsiLibrary library = IscsiLibrary.load(name);
        Deadline deadline = Deadline.after(waiter, timeout);
        IscsiSession session = library.session(name, initiator, waiter);
        try {
            session.login(new SessionLogin(portal.toString(), null, chap, timeout), deadline);
            return session.discover(deadline, IscsiDiscovery::read);
        } finally {
            session.logout();
        }
    }

    /** Follows {@code struct iscsi_discovery_address}, which lives as long as the callback that brings it. */
    private static List<IscsiTarget> read(@Nullable Pointer first) throws ScsiException {
        List<IscsiTarget> targets = new ArrayList<>();
        for (Pointer each = first; each != null; each = each.getPointer(0)) {
            Pointer name = each.getPointer(Native.POINTER_SIZE);
            if (targets.size() == MOST_TARGETS || name == null) {
                throw new ScsiException(
                        ScsiFault.MALFORMED_ANSWER,
                        name == null ? "a portal lists a target without a name" : "a portal lists too many targets",
                        "Name the target in config/devices.yaml without asking for it.");
            }
            targets.add(new IscsiTarget(name.getString(0), portals(each.getPointer(PORTALS_AT))));
        }
        return targets;
    }

    private static List<IscsiPortal> portals(@Nullable Pointer first) {
        List<IscsiPortal> portals = new ArrayList<>();
        for (Pointer each = first; each != null && portals.size() < MOST_PORTALS; each = each.getPointer(0)) {
            Pointer text = each.getPointer(Native.POINTER_SIZE);
            if (text != null) {
                portal(text.getString(0)).ifPresent(portals::add);
            }
        }
        return portals;
    }

    /** {@code address:port,group}; one that makes no sense is as good as none. */
    private static Optional<IscsiPortal> portal(String text) {
        try {
            return Optional.of(IscsiPortal.parse(text.replaceFirst(",[0-9]+$", "")));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
