package dev.tollgate.provider;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.channel.uring.IoUringTcpInfo;
import io.netty.util.Attribute;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.concurrent.TimeUnit;

/**
 * Finds pooled connections that the provider has closed while they were idle, before anything is
 * written to them. A request that was written may have been served, so it is never sent again; but
 * the event loop hears of a close only in its next round, and until then the pool hands the
 * connection out. So the kernel is asked, where it can be (epoll and io_uring). Lives on one event
 * loop.
 */
final class StaleConnections {
  /** TCP_CLOSE_WAIT of the kernel's {@code tcp_states.h}: the peer has closed, we have not. */
  private static final int CLOSE_WAIT = 8;

  /** Under load the event loop is quick enough to hear of it. */
  private static final long IDLE_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(15);

  private static final AttributeKey<Long> USED_NANOS =
      AttributeKey.valueOf(StaleConnections.class, "used");

  private final EpollTcpInfo epollInfo = new EpollTcpInfo();
  private final IoUringTcpInfo ringInfo = new IoUringTcpInfo();

  /** Whether the provider has closed a connection that was just taken from the pool. */
  boolean contain(HttpConnection connection) {
    if (!(connection instanceof ConnectionBase base)) {
      return false;
    }
    Channel channel = base.channel();
    Attribute<Long> used = channel.attr(USED_NANOS);
    long now = System.nanoTime();
    Long before = used.getAndSet(now);
    if (before == null || now - before < IDLE_NANOS_MIN) {
      return false;
    }
    try {
      return !channel.isActive() || isClosedByPeer(channel);
    } catch (ChannelException _) {
      return true; // its descriptor is closed already
    }
  }

  private boolean isClosedByPeer(Channel channel) {
    return switch (channel) {
      case EpollSocketChannel epoll -> epoll.tcpInfo(epollInfo).state() == CLOSE_WAIT;
      case IoUringSocketChannel ring -> ring.tcpInfo(ringInfo).state() == CLOSE_WAIT;
      default -> false;
    };
  }
}
