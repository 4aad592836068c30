package api

// PerSecond returns the rate in force, 0 without one.
func (p *Pacer) PerSecond() float64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.rate.now
}
