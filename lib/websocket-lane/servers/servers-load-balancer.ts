/** Load balancer of servers. */
export abstract class ServersLoadBalancer {
  /** A load balancer of the lane. */
  static own(): ServersLoadBalancer {
    return new Choice();
  }

  /** The load balancer of the HTTP lane. */
  static shared(): ServersLoadBalancer {
    return new Choice();
  }
}

class Choice extends ServersLoadBalancer {}
