package io.saddlebag.store.jdbc;

import io.saddlebag.fault.FaultCode;

/** How failures of the store are called by the concept that it is opened for. */
public record StoreFaults(FaultCode unavailable, FaultCode outOfSpace, FaultCode corrupt, FaultCode newerSchema) {}
