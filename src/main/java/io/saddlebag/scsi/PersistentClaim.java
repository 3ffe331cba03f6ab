package io.saddlebag.scsi;

import io.saddlebag.host.Deadline;
import io.saddlebag.host.Waiter;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A claim by persistent reservation (SPC-4, 5.12): registered, reserved, released, unregistered. It does not outlive a power
 * loss of the device (APTPL 0). A registration belongs to one way to the device: over another attachment the device is as if
 * it were reserved by somebody else.
 */
public final class PersistentClaim implements DeviceClaim.Shared {
    private static final Duration LONGEST_BUSY = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** Unit attentions in a row, each of another kind. */
    private static final int MOST_NEWS = 16;
    /** A holder that gives the device back while it is asked for. */
    private static final int MOST_ATTEMPTS = 4;

    private final String device;
    private final ScsiTransport transport;
    private final ReservationKey key;
    private final ReservationType type;
    private final Waiter waiter;
    private Standing standing = Standing.NOT_TAKEN;
    private boolean doubtful;
    private boolean news;

    /**
     * @param device for messages, e.g. {@code drive left}
     * @param transport of the device's owner, not closed here
     */
    public PersistentClaim(
            String device, ScsiTransport transport, ReservationKey key, ReservationType type, Waiter waiter) {
        this.device = device;
        this.transport = transport;
        this.key = key;
        this.type = type;
        this.waiter = waiter;
    }

    @Override
    public synchronized void take() throws IOException {
        require(ReservationCommands.register(key));
        // from here on there is something to give back
        standing = Standing.OURS;
        try {
            reserve();
            sweepUp();
        } catch (IOException e) {
            giveBack(e);
            throw e;
        }
        standing = Standing.OURS;
        doubtful = false;
        news = true;
    }

    private void giveBack(IOException why) {
        try {
            release();
        } catch (IOException e) {
            why.addSuppressed(e);
        }
    }

    private void reserve() throws IOException {
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            ScsiReply reply = send(ReservationCommands.reserve(key, type));
            if (reply.isGood()) {
                return;
            }
            if (reply.status() != ScsiReply.RESERVATION_CONFLICT) {
                throw refused("PERSISTENT RESERVE OUT", reply);
            }
            Optional<ReservationKey> holder = holder();
            if (holder.isPresent()) {
                if (!holder.get().isOfSameHostAs(key)) {
                    throw inUse(holder.get());
                }
                // the caller has the lock that a living process of this host would have
                require(ReservationCommands.preempt(key, holder.get(), type));
            }
        }
        throw new ScsiException(
                ScsiFault.IN_USE,
                device + " is taken by others again and again",
                "Look which hosts use it, and repeat the job.");
    }

    /** Registrations of dead processes of this host: a device has room for few. */
    private void sweepUp() throws IOException {
        for (ReservationKey each : keys()) {
            if (each.isOfSameHostAs(key) && !each.equals(key)) {
                require(ReservationCommands.preempt(key, each, type));
            }
        }
    }

    @Override
    public synchronized void release() throws IOException {
        if (standing == Standing.NOT_TAKEN) {
            return;
        }
        standing = Standing.NOT_TAKEN;
        ScsiReply reply = send(ReservationCommands.release(key, type));
        if (!reply.isGood() && reply.status() != ScsiReply.RESERVATION_CONFLICT) {
            throw refused("PERSISTENT RESERVE OUT", reply);
        }
        unregister();
    }

    @Override
    public synchronized boolean takeNews() {
        boolean had = news;
        news = false;
        return had;
    }

    @Override
    public synchronized Standing standing() throws IOException {
        if (standing == Standing.OURS && doubtful) {
            doubtful = false;
            if (!holder().equals(Optional.of(key))) {
                standing = Standing.LOST;
            }
        }
        return standing;
    }

    @Override
    public synchronized void doubt() {
        doubtful = true;
    }

    @Override
    public synchronized boolean lost() {
        boolean was = standing == Standing.OURS;
        standing = was ? Standing.LOST : standing;
        return was;
    }

    @Override
    public synchronized Optional<ReservationKey> preempt() throws IOException {
        require(ReservationCommands.register(key));
        standing = Standing.OURS;
        try {
            Optional<ReservationKey> had = holder();
            if (had.isPresent()) {
                require(ReservationCommands.preempt(key, had.get(), type));
            }
            release();
            return had;
        } catch (IOException e) {
            giveBack(e);
            throw e;
        }
    }

    private void unregister() throws IOException {
        ScsiReply reply = send(ReservationCommands.unregister(key));
        // a conflict: others have ended the registration already
        if (!reply.isGood() && reply.status() != ScsiReply.RESERVATION_CONFLICT) {
            throw refused("PERSISTENT RESERVE OUT", reply);
        }
    }

    private Optional<ReservationKey> holder() throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(ReservationCommands.READ_RESERVATION_BYTES);
        return ReservationCommands.parseReservation(delivered(answer, ReservationCommands.readReservation(answer)));
    }

    private List<ReservationKey> keys() throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(ReservationCommands.READ_KEYS_BYTES);
        return ReservationCommands.parseKeys(delivered(answer, ReservationCommands.readKeys(answer)));
    }

    private byte[] delivered(ByteBuffer answer, ScsiCommand command) throws IOException {
        ScsiReply reply = send(command);
        if (!reply.isGood()) {
            throw refused(command.name(), reply);
        }
        byte[] bytes = new byte[Math.max(0, Math.min(answer.capacity(), reply.transferredBytes()))];
        answer.get(0, bytes);
        return bytes;
    }

    private void require(ScsiCommand command) throws IOException {
        ScsiReply reply = send(command);
        if (!reply.isGood()) {
            throw refused(command.name(), reply);
        }
    }

    /** What was not carried out is sent again: none of these commands means something else the second time. */
    private ScsiReply send(ScsiCommand command) throws IOException {
        Deadline end = Deadline.after(waiter, LONGEST_BUSY);
        int told = 0;
        while (true) {
            ScsiReply reply = transport.execute(command);
            SenseData sense = SenseData.of(reply);
            if (sense.isUnitAttention() && told < MOST_NEWS) {
                told++;
                heard(sense);
            } else if (reply.isTooBusy() && !end.passed()) {
                await(end);
            } else {
                return reply;
            }
        }
    }

    /** It is heard here instead of by the device's user, who has to ask anew in any case. */
    private void heard(SenseData sense) {
        news = true;
        if (sense.saysReservationIsGone()) {
            lost();
        }
    }

    private void await(Deadline end) throws InterruptedIOException {
        try {
            end.await(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while " + device + " was busy");
        }
    }

    private ScsiException inUse(ReservationKey holder) {
        return new ScsiException(
                ScsiFault.IN_USE,
                device + " is reserved by another host (key " + holder + ")",
                "Wait until that host gives it back. When it is dead, unresdev --force takes the reservation away.");
    }

    private ScsiException refused(String command, ScsiReply reply) {
        SenseData sense = SenseData.of(reply);
        if (sense.isUnsupportedCommand()) {
            return new ScsiException(
                    ScsiFault.NOT_ALLOWED,
                    device + " knows no persistent reservations",
                    "Take persistentReservation out of its options in config/devices.yaml; no other host may use it"
                            + " then.");
        }
        if (reply.status() == ScsiReply.RESERVATION_CONFLICT) {
            return new ScsiException(
                    ScsiFault.IN_USE,
                    device + " answers " + command + " with RESERVATION CONFLICT: another host has taken it meanwhile",
                    "Look which hosts use it, and repeat the job.");
        }
        return new ScsiException(
                ScsiFault.MALFORMED_ANSWER,
                device + " answers " + command + " with status " + Integer.toHexString(reply.status()) + ", " + sense,
                "Look at the device, and repeat the job.");
    }
}
