package io.saddlebag.volume;

import io.saddlebag.scsi.FailoverTransport;
import io.saddlebag.scsi.ScsiCommand;
import io.saddlebag.scsi.ScsiException;
import io.saddlebag.scsi.ScsiFault;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.ScsiTransport;
import io.saddlebag.workbench.Life;
import java.io.IOException;

/** One program's way to one device. Closing it leaves the device to the others. */
final class Wire implements ScsiTransport {
    private final Traffic traffic;
    private final String program;
    private final String name;
    private final ScsiTransport device;
    private boolean closed;

    private Wire(Traffic traffic, String program, String name, ScsiTransport device) {
        this.traffic = traffic;
        this.program = program;
        this.name = name;
        this.device = device;
    }

    /**
     * A way that can be opened again and again, as the composed program has it.
     *
     * @param name of the device, whoever reaches it
     * @param life of the program: when it is over, nothing is sent
     */
    static FailoverTransport.Way to(ScsiTransport device, String name, String program, Traffic traffic, Life life) {
        return new FailoverTransport.Way() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public ScsiTransport open() {
                return life.port(ScsiTransport.class, new Wire(traffic, program, name, device));
            }
        };
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int longestTransferBytes() {
        return device.longestTransferBytes();
    }

    @Override
    public ScsiReply execute(ScsiCommand command) throws IOException {
        if (closed) {
            throw new IllegalStateException("the wire to " + name() + " is closed");
        }
        Traffic.Call call = new Traffic.Call(program, name(), command);
        traffic.before(call);
        try {
            ScsiReply reply = device.execute(command);
            traffic.answered(call, reply.status());
            return reply;
        } catch (ScsiException e) {
            boolean open = e.is(ScsiFault.TIMED_OUT) || e.is(ScsiFault.CONNECTION_LOST);
            traffic.done(call, -1, open ? Traffic.Fate.UNKNOWN : Traffic.Fate.NEVER_SENT);
            throw e;
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
